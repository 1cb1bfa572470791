/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Colours, where standard output is a terminal that has them (TERM), and nobody has said that they are not wanted
 * (NO_COLOR, https://no-color.org).
 */
#pragma once

enum style {
    STYLE_PLAIN,
    STYLE_GOOD,
    STYLE_BAD,
    STYLE_CHANGED,
    STYLE_DIRECTORY,
    STYLE_LINK,
    STYLE_SPECIAL, /* devices, pipes, sockets */
};

/* As print(), in this style. */
void print_styled(enum style, const char *format, ...) __attribute__((format(printf, 2, 3)));
