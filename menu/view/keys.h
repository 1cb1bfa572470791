/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys, out of the bytes that a terminal sends (ECMA-48; the sequences of VT100, xterm and the
 * Linux console):
 *
 *      ESC [ A          up          ESC O A       up, in application mode
 *      ESC [ 5 ~        page up     ESC [ 1 ; 5 A up with a modifier, taken as up
 *      ESC [ 24 ; 80 R  no key: where the cursor is, which somebody has asked for
 */
#pragma once

/* What a byte completes: a character or control code as itself, or one of these. */
enum key {
    KEY_NONE = -1, /* not yet: more bytes must come */
    KEY_ENTER = '\r',
    KEY_ESCAPE = 27,
    KEY_UP = 256,
    KEY_DOWN,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_HOME,
    KEY_END,
    KEY_PAGE_UP,
    KEY_PAGE_DOWN,
    KEY_DELETE,
    KEY_CURSOR,  /* numbers[0] and [1] are the cursor's row and column, from 1 */
    KEY_UNKNOWN, /* a sequence with a meaning that nobody here needs */
};

#define KEY_CONTROL(letter) ((letter) - '@')

enum { KEY_BACKSPACE = KEY_CONTROL('H'), KEY_RUBOUT = 0x7F, KEY_TAB = KEY_CONTROL('I') };

enum { KEY_NUMBERS = 2 };

struct keys {
    enum { KEYS_PLAIN, KEYS_ESCAPE, KEYS_BRACKET, KEYS_SS3 } state;
    int numbers[KEY_NUMBERS]; /* the first ones of ESC [ 24 ; 80 R */
    int count;                /* of `;` so far */
};

/* Takes one byte. */
int keys_byte(struct keys *, int byte);

/* Nothing has come for a while: a lone ESC was the key itself. */
int keys_idle(struct keys *);
