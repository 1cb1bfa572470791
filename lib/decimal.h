/* SPDX-License-Identifier: BSD-2-Clause */
/* Decimal numbers in text: digits alone, without a sign or spaces. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The number that text[length] begins with. Returns how many digits it has; 0: there is none, or it
 * is too large.
 */
size_t decimal_begin(const char *text, size_t length, uint64_t *number);

/* Is all of `text` one number, of at most `limit`? */
bool decimal_parse(const char *text, uint64_t limit, uint64_t *number);
