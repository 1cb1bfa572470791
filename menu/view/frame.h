/* SPDX-License-Identifier: BSD-2-Clause */
/* What the menu and the entry editor have in common: header, list, messages, footer. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct screen;

enum {
    FRAME_HEADER = 2, /* rows: title bar and rule */
    FRAME_FOOTER = 2, /* rule and help */
};

/* The first row: `left`, and at the right edge as much of `right` as there is room for. */
void frame_header(struct screen *, const char *left, const char *right);

/*
 * The last row: the first of these `helps` that fits (the last one is cut), and `right` at the
 * right edge.
 */
void frame_footer(struct screen *, const char *const *helps, size_t count, const char *right);

/*
 * The newest messages above the footer, wrapped, on at most a third of the screen. Returns the
 * first row that they take, or that of the footer's rule.
 */
unsigned frame_messages(struct screen *, const char *const *messages, size_t count);

/* Moves *top so that `selected` is among the `rows` that show. */
void frame_scroll(size_t *top, size_t selected, unsigned rows);

/* '^' and 'v' at the edge, where there is more of a list of `count`. */
void frame_marks(struct screen *, unsigned row, unsigned rows, size_t top, size_t count);
