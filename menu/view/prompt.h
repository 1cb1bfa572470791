/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line as a state machine: keys in, a row of the terminal out. Between two lines the
 * terminal scrolls as it pleases; what commands print stays readable above.
 *
 *      pvboot> ls (hd0,0)/boot
 */
#pragma once

#include <stdbool.h>

#include "menu/view/history.h"
#include "menu/view/line.h"
#include "menu/view/screen.h"

enum prompt_action {
    PROMPT_WAIT,
    PROMPT_RUN,      /* prompt->line.text is a command */
    PROMPT_LEAVE,    /* Esc, or ^C on an empty line */
    PROMPT_COMPLETE, /* Tab */
};

struct prompt {
    const char *text; /* "pvboot> " */
    bool secret;      /* what is typed does not show */
    struct line line;
    struct history *history; /* NULL: none */
    struct screen row;
};

/*
 * A prompt whose lines have at most `size` - 1 bytes; what comes from the arena lives as long as
 * it does. Returns 0 or ERR_NO_MEMORY.
 */
int prompt_create(struct prompt *, const char *text, size_t size, unsigned columns, struct arena *,
                  struct screen_output *);

/* The terminal is of another width. Returns 0 or ERR_NO_MEMORY. */
int prompt_resize(struct prompt *, unsigned columns, struct arena *);

/* The cursor is in a new row: begin there, with the line as it is. */
void prompt_draw_anew(struct prompt *);

/* Sends what has changed. */
void prompt_draw(struct prompt *);

enum prompt_action prompt_key(struct prompt *, int key);
