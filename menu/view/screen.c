/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/view/screen.h"

#include <stdio.h>
#include <string.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "menu/view/width.h"

enum {
    REPLACEMENT = '?',
    SECOND_HALF = 0, /* in the cell after a wide character */
    SHORT_GAP = 6    /* columns: as long as the sequence that moves the cursor */
};

static void blank(struct cell *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cells[i] = (struct cell){.character = ' '};
    }
}

int screen_create(struct screen *screen, unsigned columns, unsigned rows, struct arena *arena,
                  struct screen_output *output)
{
    size_t count = (size_t)columns * rows;
    *screen = (struct screen){.columns = columns,
                              .rows = rows,
                              .normal = "\x1B[0m",
                              .highlight = "\x1B[7m",
                              .output = output};
    screen->cells = arena_array(arena, count, sizeof *screen->cells);
    screen->shown = arena_array(arena, count, sizeof *screen->shown);
    if (screen->cells == NULL || screen->shown == NULL) {
        return ERR_NO_MEMORY;
    }
    screen_clear(screen);
    screen_forget(screen);
    return 0;
}

int screen_inline(struct screen *screen, unsigned columns, struct arena *arena,
                  struct screen_output *output)
{
    int error = screen_create(screen, columns, 1, arena, output);
    screen->is_inline = true;
    return error;
}

static void send(const struct screen *screen, const char *text)
{
    screen->output->write(screen->output, text, strlen(text));
}

void screen_reset(struct screen *screen)
{
    send(screen, screen->normal);
    send(screen, "\x1B[2J\x1B[H");
    screen_forget(screen);
}

void screen_forget(struct screen *screen)
{
    blank(screen->shown, (size_t)screen->columns * screen->rows);
    screen->cursor_row = screen->rows;
}

void screen_clear(struct screen *screen)
{
    blank(screen->cells, (size_t)screen->columns * screen->rows);
}

/* ---- UTF-8 ---------------------------------------------------------------------------------- */

/* The next character; a byte that is none of UTF-8 gives the replacement. Always moves on. */
static uint32_t next_character(const char **text)
{
    const uint8_t *p = (const uint8_t *)*text;
    unsigned tail = p[0] < 0x80 ? 0 : p[0] >= 0xF0 ? 3 : p[0] >= 0xE0 ? 2 : 1;
    uint32_t code = tail == 0 ? p[0] : p[0] & (0x3FU >> tail);
    if (p[0] >= 0x80 && (p[0] < 0xC2 || p[0] > 0xF4)) {
        tail = 0;
        code = REPLACEMENT;
    }
    for (unsigned i = 1; i <= tail; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            *text += i;
            return REPLACEMENT;
        }
        code = code << 6 | (p[i] & 0x3F);
    }
    *text += tail + 1;
    bool is_control = code < ' ' || (code >= 0x7F && code < 0xA0);
    return is_control ? REPLACEMENT : code;
}

static size_t encode(uint32_t code, char *bytes)
{
    if (code < 0x80) {
        bytes[0] = (char)code;
        return 1;
    }
    size_t tail = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    bytes[0] = (char)((tail == 1 ? 0xC0 : tail == 2 ? 0xE0 : 0xF0) | code >> 6 * tail);
    for (size_t i = 1; i <= tail; i++) {
        bytes[i] = (char)(0x80 | (code >> 6 * (tail - i) & 0x3F));
    }
    return tail + 1;
}

size_t screen_width(const char *text, size_t length)
{
    size_t width = 0;
    for (const char *end = text + length; text < end;) {
        width += character_width(next_character(&text));
    }
    return width;
}

/* ---- drawing -------------------------------------------------------------------------------- */

static struct cell *row_of(struct cell *cells, const struct screen *screen, unsigned row)
{
    return cells + (size_t)row * screen->columns;
}

/* Sets one cell. A wide character that it was half of goes away. */
static void set_cell(struct screen *screen, unsigned row, unsigned column, uint32_t character,
                     bool reverse)
{
    struct cell *cells = row_of(screen->cells, screen, row);
    if (cells[column].character == SECOND_HALF && column > 0) {
        cells[column - 1].character = ' ';
    }
    if (column + 1 < screen->columns && cells[column + 1].character == SECOND_HALF) {
        cells[column + 1].character = ' ';
    }
    cells[column] = (struct cell){.character = character, .reverse = reverse};
}

unsigned screen_put(struct screen *screen, unsigned row, unsigned column, bool reverse,
                    const char *text)
{
    while (row < screen->rows && column < screen->columns && *text != '\0') {
        uint32_t character = next_character(&text);
        unsigned width = character_width(character);
        if (width == 0 || column + width > screen->columns) {
            continue; /* a mark on the character before, which goes without; or no room */
        }
        set_cell(screen, row, column, character, reverse);
        if (width == 2) {
            set_cell(screen, row, column + 1, ' ', reverse);
            row_of(screen->cells, screen, row)[column + 1].character = SECOND_HALF;
        }
        column += width;
    }
    return column;
}

void screen_fill(struct screen *screen, unsigned row, unsigned column, unsigned count, bool reverse,
                 char character)
{
    for (; row < screen->rows && column < screen->columns && count > 0; column++, count--) {
        set_cell(screen, row, column, (unsigned char)character, reverse);
    }
}

/* ---- sending -------------------------------------------------------------------------------- */

static bool same(const struct cell *a, const struct cell *b)
{
    return a->character == b->character && a->reverse == b->reverse;
}

static void move_cursor(const struct screen *screen, unsigned row, unsigned column)
{
    char sequence[32];
    if (!screen->is_inline) {
        (void)snprintf(sequence, sizeof sequence, "\x1B[%u;%uH", row + 1, column + 1); /* fits */
    } else if (column > 0) {
        (void)snprintf(sequence, sizeof sequence, "\r\x1B[%uC", column); /* fits */
    } else {
        (void)snprintf(sequence, sizeof sequence, "\r");
    }
    send(screen, sequence);
}

static void send_cell(const struct screen *screen, const struct cell *cell, bool *reverse)
{
    char bytes[4];
    if (cell->character == SECOND_HALF) {
        return; /* it came with the first one */
    }
    if (cell->reverse != *reverse) {
        *reverse = cell->reverse;
        send(screen, *reverse ? screen->highlight : screen->normal);
    }
    screen->output->write(screen->output, bytes, encode(cell->character, bytes));
}

/* The last column stays empty on the last row: a character there would scroll some terminals. */
static unsigned last_column(const struct screen *screen, unsigned row)
{
    return row + 1 == screen->rows ? screen->columns - 1 : screen->columns;
}

/* The next column from `column` on that has changed, or `end`. */
static unsigned next_change(const struct cell *cells, const struct cell *shown, unsigned column,
                            unsigned end)
{
    while (column < end && same(&cells[column], &shown[column])) {
        column++;
    }
    return column;
}

/*
 * Goes to the next change: over a short gap by sending what is there already, which takes fewer
 * bytes than moving. Returns whether anything was sent.
 */
static bool flush_row(struct screen *screen, unsigned row, bool *reverse)
{
    struct cell *cells = row_of(screen->cells, screen, row),
                *shown = row_of(screen->shown, screen, row);
    unsigned end = last_column(screen, row),
             sent = 0; /* the cursor stands before column `sent`, if that is not 0 */
    for (unsigned column = next_change(cells, shown, 0, end); column < end;
         column = next_change(cells, shown, column, end)) {
        if (sent == 0 || column - sent > SHORT_GAP) {
            move_cursor(screen, row, column);
            sent = column;
        }
        while (sent <= column) {
            send_cell(screen, &cells[sent++], reverse);
        }
        shown[column] = cells[column];
    }
    return sent > 0;
}

void screen_flush(struct screen *screen, unsigned row, unsigned column)
{
    bool reverse = false, moved = row != screen->cursor_row || column != screen->cursor_column;
    for (unsigned i = 0; i < screen->rows; i++) {
        moved = flush_row(screen, i, &reverse) || moved;
    }
    if (reverse) {
        send(screen, screen->normal);
    }
    if (moved) {
        move_cursor(screen, row, column);
        screen->cursor_row = row;
        screen->cursor_column = column;
    }
}
