/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/view/frame.h"

#include <string.h>

#include "menu/view/screen.h"

static unsigned width_of(const char *text)
{
    return (unsigned)screen_width(text, strlen(text));
}

void frame_header(struct screen *screen, const char *left, const char *right)
{
    unsigned column = screen_put(screen, 0, 1, false, left) + 2;
    unsigned width = width_of(right);
    if (width + column + 1 < screen->columns) {
        column = screen->columns - width - 1;
    }
    (void)screen_put(screen, 0, column, false, right);
    screen_fill(screen, 1, 0, screen->columns, false, '-');
}

void frame_footer(struct screen *screen, const char *const *helps, size_t count, const char *right)
{
    unsigned row = screen->rows - 1, width = width_of(right);
    unsigned room = screen->columns - (width > 0 ? width + 2 : 0);
    size_t chosen = 0;
    while (chosen + 1 < count && width_of(helps[chosen]) + 2 > room) {
        chosen++;
    }
    screen_fill(screen, row - 1, 0, screen->columns, false, '-');
    (void)screen_put(screen, row, 1, false, helps[chosen]);
    if (width > 0) {
        unsigned column = width + 2 < screen->columns ? screen->columns - width - 2 : 0;
        screen_fill(screen, row, column, screen->columns, false, ' ');
        (void)screen_put(screen, row, column + (column > 0 ? 1 : 0), false, right);
    }
}

/* Rows that a message takes when it is wrapped. */
static unsigned wrapped_rows(const struct screen *screen, const char *message)
{
    unsigned width = screen->columns > 2 ? screen->columns - 2 : 1;
    unsigned length = width_of(message);
    return length == 0 ? 1 : (length + width - 1) / width;
}

/* Where the characters after the first `count` begin. */
static const char *skip_characters(const char *text, unsigned count)
{
    for (; *text != '\0' && count > 0; count--) {
        do {
            text++;
        } while (((unsigned char)*text & 0xC0) == 0x80);
    }
    return text;
}

static void put_wrapped(struct screen *screen, unsigned row, const char *message)
{
    for (unsigned rows = wrapped_rows(screen, message); rows > 0; rows--) {
        (void)screen_put(screen, row, 1, false, message);
        screen_fill(screen, row++, screen->columns - 1, 1, false, ' ');
        message = skip_characters(message, screen->columns - 2);
    }
}

unsigned frame_messages(struct screen *screen, const char *const *messages, size_t count)
{
    unsigned rule = screen->rows - FRAME_FOOTER, row = rule;
    while (count > 0) {
        unsigned rows = wrapped_rows(screen, messages[count - 1]);
        if (rows + rule - row > screen->rows / 3) {
            break;
        }
        row -= rows;
        put_wrapped(screen, row, messages[--count]);
    }
    return row;
}

void frame_scroll(size_t *top, size_t selected, unsigned rows)
{
    if (selected < *top) {
        *top = selected;
    }
    if (selected >= *top + rows) {
        *top = selected - rows + 1;
    }
}

void frame_marks(struct screen *screen, unsigned row, unsigned rows, size_t top, size_t count)
{
    if (top > 0) {
        screen_fill(screen, row, screen->columns - 1, 1, false, '^');
    }
    if (top + rows < count) {
        screen_fill(screen, row + rows - 1, screen->columns - 1, 1, false, 'v');
    }
}
