/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A screen of characters. What is put on it shows with screen_flush, which sends only what has
 * changed since the last time, in VT100's sequences: cursor position, reverse video, erase. Colours
 * only where a config asks for them.
 *
 * A screen of one row can stand wherever the cursor is (screen_inline), among the lines of a
 * terminal that scrolls: its cursor moves within the row only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct cell {
    uint32_t character; /* a Unicode code point */
    bool reverse;
};

/* Where bytes go that change the terminal. */
struct screen_output {
    void (*write)(struct screen_output *, const char *bytes, size_t length);
};

struct screen {
    unsigned columns, rows;
    bool is_inline;
    const char *normal, *highlight;     /* the sequences that begin such text */
    struct cell *cells;                 /* as it shall be */
    struct cell *shown;                 /* as it is */
    unsigned cursor_row, cursor_column; /* where it was left; a row that is none: unknown */
    struct screen_output *output;
};

/* A blank screen; nothing is sent yet. Returns 0 or ERR_NO_MEMORY. */
int screen_create(struct screen *, unsigned columns, unsigned rows, struct arena *,
                  struct screen_output *);

/* The one row that the cursor is in, which is empty. Returns 0 or ERR_NO_MEMORY. */
int screen_inline(struct screen *, unsigned columns, struct arena *, struct screen_output *);

/* Clears the terminal itself: what it showed is unknown. */
void screen_reset(struct screen *);

/* The terminal shows nothing where this screen is, though nothing was sent: a fresh row. */
void screen_forget(struct screen *);

/* Clears the screen, not yet the terminal. */
void screen_clear(struct screen *);

/* How many columns UTF-8 text takes. */
size_t screen_width(const char *text, size_t length);

/* Puts UTF-8 text at a place; what does not fit is cut. Returns the column after it. */
unsigned screen_put(struct screen *, unsigned row, unsigned column, bool reverse, const char *text);

/* Fills a part of a row with one character. */
void screen_fill(struct screen *, unsigned row, unsigned column, unsigned count, bool reverse,
                 char character);

/* Sends what has changed, and leaves the cursor at the given place. */
void screen_flush(struct screen *, unsigned row, unsigned column);
