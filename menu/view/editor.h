/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The entry editor as a state machine: the lines of an entry, for this one boot. Of a script's entry
 * they are the source's.
 *
 *       pvboot: editing                            Debian GNU/Linux, kernel 6.1
 *      -----------------------------------------------------------------------
 *         root (hd0,0)
 *       > kernel /boot/vmlinuz root=/dev/xvda1 ro
 *         initrd /boot/initrd.img
 *      -----------------------------------------------------------------------
 *       b boots, e edits the line, o O new line, d deletes, c command line, Esc
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "menu/config.h"
#include "menu/view/line.h"

struct screen;

enum editor_action {
    EDITOR_WAIT,
    EDITOR_BOOT,     /* boot what editor_commands or editor_text gives */
    EDITOR_LEAVE,    /* back to the menu; the entry is as it was */
    EDITOR_PROMPT,   /* the command line */
    EDITOR_COMPLETE, /* Tab, in editor->line */
    EDITOR_REDRAW,   /* the terminal shows something else: ^L */
};

enum { EDITOR_ROOM = 32 /* lines that can be added */ };

struct editor {
    const char *title;
    const struct grammar *grammar;
    const char **lines;
    size_t count, capacity;
    size_t longest; /* bytes of the longest line, as it was opened */
    size_t selected, top;
    bool editing; /* the selected line, in `line` */
    bool is_new;  /* it was just added: goes away if nothing is typed */
    struct line line;
    const char *note; /* in the place of the help; NULL: none */
    struct arena *arena;
};

/* Opens it on an entry; what comes from the arena lives as long as it does. Returns 0 or
 * ERR_NO_MEMORY. */
int editor_open(struct editor *, const struct entry *, const struct grammar *, struct arena *);

enum editor_action editor_key(struct editor *, int key);

/* The lines as commands, in the arena. Returns 0 or ERR_NO_MEMORY. */
int editor_commands(const struct editor *, struct command_list *);

/* The lines as one text, in the arena, or NULL: no memory. */
char *editor_text(const struct editor *);

/* Draws everything and flushes the screen. */
void editor_draw(struct editor *, struct screen *);
