/* SPDX-License-Identifier: BSD-2-Clause */
/* A config's text, line by line, and the words of a line. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct lines {
    const char *rest;
    size_t left;
    unsigned number; /* of the line that was taken last, from 1 */
    struct arena *arena;
};

void lines_open(struct lines *, const char *text, size_t length, struct arena *);

/*
 * The next line, without its end (LF or CR LF) and blanks at both ends; tabs and other control
 * characters become blanks. With `join`, a backslash and the end of a line are a blank. In the
 * arena; NULL at the end or when there is no memory.
 */
char *lines_next(struct lines *, bool join);

/* Cuts blanks off both ends, in place. Returns the first character that is none. */
char *trim(char *text);

/* Ends the first word of a text, in place, at the blank after it. Returns what follows, trimmed. */
char *cut_word(char *text);

/* A decimal number and nothing else; false otherwise, or above INT32_MAX. */
bool parse_decimal(const char *text, int *number);
