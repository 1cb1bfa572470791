/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines that were typed at the prompt, newest last; Up and Down walk through them. */
#pragma once

#include <stddef.h>

struct arena;

enum { HISTORY_LINES = 32, HISTORY_LINE_SIZE = 1024 /* bytes; longer ones are cut */ };

struct history {
    char (*lines)[HISTORY_LINE_SIZE];
    size_t count; /* all that were added; the newest HISTORY_LINES are kept */
    size_t place; /* of the line that shows; `count` while it is the one that is being typed */
};

/* Returns 0 or ERR_NO_MEMORY. */
int history_create(struct history *, struct arena *);

/* Adds a line, unless it is empty or the newest one, and goes back to the end. */
void history_add(struct history *, const char *text);

/* Back to the end: a new line is begun. */
void history_end(struct history *);

/* One line back or forward. NULL where there is none; "" after the newest one. */
const char *history_previous(struct history *);
const char *history_next(struct history *);
