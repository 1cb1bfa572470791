/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A regular expression as a program for many threads at once (K. Thompson, "Regular Expression
 * Search Algorithm", 1968): none of them goes back in the text, so the time is bounded by
 * text * program.
 *
 *      a|b*        0 SPLIT +1 +3
 *                  1 SET {a}
 *                  2 JUMP +4
 *                  3 SPLIT +1 +3
 *                  4 SET {b}
 *                  5 JUMP -2
 *                  6 MATCH
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct arena;

enum { REGEX_PROGRAM_SIZE = 1000 /* instructions */ };

enum regex_operation {
    REGEX_SET,   /* one byte of these */
    REGEX_BEGIN, /* ^ */
    REGEX_END,   /* $ */
    REGEX_SAVE,  /* where a group begins or ends: in slots[value] */
    REGEX_JUMP,  /* by `value` instructions */
    REGEX_SPLIT, /* go on with the next one, and with the one that is `value` instructions away */
    REGEX_SPLIT_BACK, /* the same, but the one that is away has precedence */
    REGEX_MATCH,
};

struct regex_instruction {
    enum regex_operation operation;
    int value;
    uint8_t set[32]; /* a bit for each byte */
};

struct regex_program {
    struct regex_instruction *code;
    size_t length;
};

/* Returns 0, ERR_INVALID (not logged: no expression, or one that is too long), ERR_NO_MEMORY. */
int regex_compile(struct regex_program *, const char *expression, struct arena *);
