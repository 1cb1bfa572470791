/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/style.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/print.h"

/* Parameters of ECMA-48's SGR. */
static const char *const parameters[] = {
    [STYLE_PLAIN] = "0",      [STYLE_GOOD] = "32",        [STYLE_BAD] = "1;31",
    [STYLE_CHANGED] = "33",   [STYLE_DIRECTORY] = "1;34", [STYLE_LINK] = "36",
    [STYLE_SPECIAL] = "1;33",
};

/* The system is asked once: a listing has a style for each of its names. */
static enum { NOT_ASKED, WITHOUT_COLORS, WITH_COLORS } colors;

static bool wants_colors(void)
{
    const char *terminal = getenv("TERM"), *no_color = getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) != 0 && terminal != NULL && strcmp(terminal, "dumb") != 0 &&
           (no_color == NULL || no_color[0] == '\0');
}

static bool has_colors(void)
{
    if (colors == NOT_ASKED) {
        colors = wants_colors() ? WITH_COLORS : WITHOUT_COLORS;
    }
    return colors == WITH_COLORS;
}

/* print_flush() says when it cannot be written. */
static void set_style(enum style style)
{
    (void)printf("\033[%sm", parameters[style]);
}

void print_styled(enum style style, const char *format, ...)
{
    bool is_colored = style != STYLE_PLAIN && has_colors();
    va_list arguments;
    if (is_colored) {
        set_style(style);
    }
    va_start(arguments, format);
    print_arguments(format, arguments);
    va_end(arguments);
    if (is_colored) {
        set_style(STYLE_PLAIN);
    }
}
