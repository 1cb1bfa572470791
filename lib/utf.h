/* SPDX-License-Identifier: BSD-2-Clause */
/* Unicode as others write it, and UTF-8, as pvboot does. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Puts a character there, in at most 4 bytes and without a NUL. Returns the place after it. */
char *utf8_put(char *, uint32_t code);

/*
 * Makes a text harmless to a terminal: control characters, those of two bytes too, and bytes that
 * are no UTF-8 become '?'.
 */
void utf8_disarm(char *);

/*
 * `count` units of UTF-16, or as many as there are before a 0, into `text`, which has room for 3
 * bytes each and a NUL. Half a surrogate pair becomes the character for what cannot be read.
 */
void utf16_to_utf8(char *text, const uint16_t *units, size_t count);

/*
 * The character at a text that does not end there, into *code. Returns the place after it. A byte
 * that begins none, or not in the shortest way, is one of its own, which is none of Unicode's.
 */
const char *utf8_get(const char *, uint32_t *code);
