/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/view/line.h"

#include <string.h>

#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "menu/view/keys.h"
#include "menu/view/screen.h"

int line_create(struct line *line, size_t size, struct arena *arena)
{
    *line = (struct line){.size = size};
    line->text = arena_alloc(arena, size);
    line->killed = arena_alloc(arena, size);
    return line->text == NULL || line->killed == NULL ? ERR_NO_MEMORY : 0;
}

void line_set(struct line *line, const char *text)
{
    line->length = line->cursor = 0;
    line->text[0] = '\0';
    line_insert(line, text, strlen(text));
}

void line_insert(struct line *line, const char *text, size_t length)
{
    length = min_u64(length, line->size - 1 - line->length);
    memmove(line->text + line->cursor + length, line->text + line->cursor,
            line->length - line->cursor + 1); /* the NUL too */
    memcpy(line->text + line->cursor, text, length);
    line->length += length;
    line->cursor += length;
}

/* ---- moving --------------------------------------------------------------------------------- */

/* UTF-8's bytes after the first one of a character. */
static bool is_tail(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

static size_t before(const struct line *line, size_t at)
{
    do {
        at -= at > 0 ? 1 : 0;
    } while (at > 0 && is_tail(line->text[at]));
    return at;
}

static size_t after(const struct line *line, size_t at)
{
    do {
        at += at < line->length ? 1 : 0;
    } while (at < line->length && is_tail(line->text[at]));
    return at;
}

static size_t word_before(const struct line *line)
{
    size_t at = line->cursor;
    while (at > 0 && line->text[at - 1] == ' ') {
        at--;
    }
    while (at > 0 && line->text[at - 1] != ' ') {
        at--;
    }
    return at;
}

/* ---- deleting ------------------------------------------------------------------------------- */

static void cut(struct line *line, size_t from, size_t to)
{
    memmove(line->text + from, line->text + to, line->length - to + 1); /* the NUL too */
    line->length -= to - from;
    line->cursor = from;
}

/* Cuts, and keeps it for ^Y. */
static void kill(struct line *line, size_t from, size_t to)
{
    if (from < to) {
        memcpy(line->killed, line->text + from, to - from);
        line->killed[to - from] = '\0';
        cut(line, from, to);
    }
}

/* ---- keys ----------------------------------------------------------------------------------- */

static void edit(struct line *line, int key)
{
    switch (key) {
    case KEY_BACKSPACE:
    case KEY_RUBOUT:
        cut(line, before(line, line->cursor), line->cursor);
        break;
    case KEY_DELETE:
    case KEY_CONTROL('D'):
        cut(line, line->cursor, after(line, line->cursor));
        break;
    case KEY_CONTROL('K'):
        kill(line, line->cursor, line->length);
        break;
    case KEY_CONTROL('U'):
        kill(line, 0, line->cursor);
        break;
    case KEY_CONTROL('W'):
        kill(line, word_before(line), line->cursor);
        break;
    case KEY_CONTROL('Y'):
        line_insert(line, line->killed, strlen(line->killed));
        break;
    default:
        if (key >= ' ' && key <= 0xFF) {
            line_insert(line, &(char){(char)key}, 1);
        }
    }
}

enum line_action line_key(struct line *line, int key)
{
    switch (key) {
    case KEY_ENTER:
        return LINE_DONE;
    case KEY_ESCAPE:
    case KEY_CONTROL('C'):
        return LINE_CANCELLED;
    case KEY_UP:
    case KEY_CONTROL('P'):
        return LINE_PREVIOUS;
    case KEY_DOWN:
    case KEY_CONTROL('N'):
        return LINE_NEXT;
    case KEY_TAB:
        return LINE_COMPLETE;
    case KEY_HOME:
    case KEY_CONTROL('A'):
        line->cursor = 0;
        break;
    case KEY_END:
    case KEY_CONTROL('E'):
        line->cursor = line->length;
        break;
    case KEY_LEFT:
    case KEY_CONTROL('B'):
        line->cursor = before(line, line->cursor);
        break;
    case KEY_RIGHT:
    case KEY_CONTROL('F'):
        line->cursor = after(line, line->cursor);
        break;
    default:
        edit(line, key);
    }
    return LINE_GOES_ON;
}

/* ---- drawing -------------------------------------------------------------------------------- */

/* The first place after `columns` columns from `at` on, at most that of the cursor. */
static size_t skip_columns(const struct line *line, size_t at, size_t columns)
{
    for (size_t skipped = 0; at < line->cursor && skipped < columns;) {
        size_t next = after(line, at);
        skipped += screen_width(line->text + at, next - at);
        at = next;
    }
    return at;
}

/*
 * Where the visible part begins: it moves in steps of half its width, so that typing at the end
 * does not shift everything with each key.
 */
static size_t first_visible(const struct line *line, size_t width)
{
    size_t half = width / 2 > 0 ? width / 2 : 1;
    size_t at = 0;
    while (screen_width(line->text + at, line->cursor - at) >= width) {
        at = skip_columns(line, at, half);
    }
    return at;
}

static void draw_text(const struct line *line, struct screen *screen, unsigned row, unsigned column,
                      size_t from, bool secret)
{
    if (secret) {
        size_t count = screen_width(line->text + from, line->length - from);
        screen_fill(screen, row, column, (unsigned)count, false, '*');
    } else {
        (void)screen_put(screen, row, column, false, line->text + from);
    }
}

unsigned line_draw(const struct line *line, struct screen *screen, unsigned row, unsigned column,
                   bool secret)
{
    unsigned width = column + 2 < screen->columns ? screen->columns - column - 2 : 1;
    size_t from = first_visible(line, width);
    size_t shown = screen_width(line->text + from, line->length - from);
    screen_fill(screen, row, column, width + 1, false, ' ');
    draw_text(line, screen, row, column, from, secret);
    screen_fill(screen, row, column + width, 2, false, ' ');
    if (shown > width) {
        screen_fill(screen, row, column + width, 1, false, '>');
    }
    if (from > 0 && column > 0) {
        screen_fill(screen, row, column - 1, 1, false, '<');
    }
    return column + (unsigned)screen_width(line->text + from, line->cursor - from);
}
