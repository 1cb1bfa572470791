/* SPDX-License-Identifier: BSD-2-Clause */
/* Names with wildcards. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Is `text` what the `length` bytes of a pattern mean? '*' is any text, '?' any byte; after a backslash both
 * stand for themselves.
 */
bool wildcard_matches(const char *pattern, size_t length, const char *text);
