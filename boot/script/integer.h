/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole numbers as scripts have them: with a sign, decimal, 0x hexadecimal or 0 octal. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * The number that `text` begins with, after blanks; one that is too large becomes the largest there
 * is. Returns what follows it; `text` itself: there is no number (it is 0 then).
 */
const char *integer_begin(const char *text, int64_t *number);

/* Is all of `text` one number? */
bool integer_parse(const char *text, int64_t *number);
