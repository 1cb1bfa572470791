/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line editor: one line of UTF-8 text and a cursor, as a state machine. The prompt, the entry
 * editor and the question for a password share it.
 *
 *      ^A ^E Home End   begin, end           ^H Rubout ^D Delete   delete before, at the cursor
 *      ^B ^F Left Right one character        ^K ^U ^W              delete to the end, the begin, a word
 *      ^P ^N Up Down    history              ^Y                    put back what was deleted so
 *      Tab              completion           ^C Esc                cancel
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct screen;

enum line_action {
    LINE_GOES_ON,
    LINE_DONE,      /* Enter */
    LINE_CANCELLED, /* ^C or Esc */
    LINE_PREVIOUS,  /* an older line of the history is wanted */
    LINE_NEXT,      /* a newer one */
    LINE_COMPLETE,  /* Tab */
};

struct line {
    char *text;                  /* NUL-terminated */
    size_t length, cursor, size; /* bytes; size counts the NUL */
    char *killed;                /* what ^Y puts back; `size` bytes */
};

/* A line of at most `size` - 1 bytes. Returns 0 or ERR_NO_MEMORY. */
int line_create(struct line *, size_t size, struct arena *);

/* Replaces the text, and puts the cursor at its end. What does not fit is cut off. */
void line_set(struct line *, const char *text);

/* Puts text in at the cursor, as if it had been typed. */
void line_insert(struct line *, const char *text, size_t length);

/* Takes a key (menu/view/keys.h). */
enum line_action line_key(struct line *, int key);

/*
 * Draws the part around the cursor that fits into the row from `column` on, with '<' and '>' where
 * there is more. `secret`: a star for each character. Returns the cursor's column.
 */
unsigned line_draw(const struct line *, struct screen *, unsigned row, unsigned column,
                   bool secret);
