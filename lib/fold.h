/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Case: characters that differ in nothing else fold to the same one. This is Unicode's simple
 * folding (CaseFolding.txt, 14.0), one character for one: "ß" is not "ss", and a letter with its accent in one
 * character is not the one with the accent after it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

uint32_t fold_character(uint32_t code);

/* Of a text in UTF-8: the same for all that are the same but for case. */
uint32_t fold_hash(const char *text);

/* Are two texts in UTF-8 the same but for case? What is no UTF-8 must be the same byte. */
bool fold_same(const char *a, const char *b);
