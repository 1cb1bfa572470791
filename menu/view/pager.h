/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Long output, a page at a time, as a state machine: lines in, a question after each page, keys
 * in.
 *
 *      -- more -- Space: a page, Enter: a line, q: no more
 */
#pragma once

#include <stdbool.h>

enum pager_state {
    PAGER_PRINTS,
    PAGER_ASKS,  /* a page is full: show pager_question, and give the next keys to pager_key */
    PAGER_ENDED, /* the person has had enough: print nothing more */
};

struct pager {
    unsigned columns, rows; /* the terminal's; rows 0: no paging */
    unsigned used;          /* rows since the last question */
    enum pager_state state;
};

extern const char pager_question[];

void pager_open(struct pager *, unsigned columns, unsigned rows);

/* Makes room for one line more; call it before the line is printed. */
enum pager_state pager_line(struct pager *, const char *text);

enum pager_state pager_key(struct pager *, int key);
