/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `color NORMAL [HIGHLIGHT]`, as VT100's "select graphic rendition" (ECMA-48, 8.3.117):
 *
 *      color cyan/blue white/blue    ->    ESC [0;36;44m    ESC [0;1;37;44m
 */
#pragma once

#include <stdbool.h>

enum { RENDITION_SIZE = 24 };

struct colors {
    char normal
        [RENDITION_SIZE]; /* the sequence; "" in both: the terminal's own, and reverse video */
    char highlight[RENDITION_SIZE];
};

/* False when a name is none: nothing changes then. */
bool colors_parse(struct colors *, const char *arguments);
