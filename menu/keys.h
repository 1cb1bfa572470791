/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys, out of the bytes that a terminal sends (ECMA-48; the sequences of VT100, xterm and the
 * Linux console):
 *
 *      ESC [ A          up          ESC O A       up, in application mode
 *      ESC [ 5 ~        page up     ESC [ 1 ; 5 A up with a modifier, taken as up
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
    KEY_UNKNOWN, /* a sequence with a meaning that nobody here needs */
};

struct keys {
    enum { KEYS_PLAIN, KEYS_ESCAPE, KEYS_BRACKET, KEYS_SS3 } state;
    int number;    /* the first one of ESC [ 5 ~ */
    int in_number; /* still the first one */
};

/* Takes one byte. */
int keys_byte(struct keys *, int byte);

/* Nothing has come for a while: a lone ESC was the key itself. */
int keys_idle(struct keys *);
