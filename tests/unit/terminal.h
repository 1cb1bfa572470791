/* SPDX-License-Identifier: BSD-2-Clause */
/* A terminal that knows just the sequences a VT100 knows, and complains about others. */
#pragma once

#include "menu/view/screen.h"
#include "tests/unit/testing.h"

enum { TERMINAL_COLUMNS = 132, TERMINAL_ROWS = 48 };

struct terminal {
    struct screen_output output; /* first */
    unsigned columns, rows;
    char cells[TERMINAL_ROWS][TERMINAL_COLUMNS + 1];
    char reverse[TERMINAL_ROWS][TERMINAL_COLUMNS + 1];
    unsigned row, column;
    bool is_reverse;
    size_t received;
};

static inline void terminal_erase(struct terminal *terminal)
{
    for (unsigned row = 0; row < terminal->rows; row++) {
        memset(terminal->cells[row], ' ', terminal->columns);
        memset(terminal->reverse[row], ' ', terminal->columns);
    }
}

/* What follows ESC; returns its length. */
static inline size_t terminal_obey(struct terminal *terminal, const char *sequence)
{
    unsigned row, column;
    int length = 0;
    if (strncmp(sequence, "[2J", 3) == 0) {
        terminal_erase(terminal);
        return 3;
    }
    if (strncmp(sequence, "[0m", 3) == 0 || strncmp(sequence, "[7m", 3) == 0) {
        terminal->is_reverse = sequence[1] == '7';
        return 3;
    }
    if (strncmp(sequence, "[H", 2) == 0) {
        terminal->row = terminal->column = 0;
        return 2;
    }
    if (sscanf(sequence, "[%u;%uH%n", &row, &column, &length) == 2 && length > 0) {
        assert_true(row >= 1 && row <= terminal->rows && column >= 1 &&
                    column <= terminal->columns);
        terminal->row = row - 1;
        terminal->column = column - 1;
        return (size_t)length;
    }
    if (sscanf(sequence, "[%uC%n", &column, &length) == 1 && length > 0) {
        terminal->column += column;
        assert_true(terminal->column < terminal->columns);
        return (size_t)length;
    }
    fail_msg("a sequence that no VT100 knows: ESC%.8s", sequence);
    return 0;
}

static inline void terminal_receive(struct screen_output *output, const char *text, size_t length)
{
    struct terminal *terminal = (struct terminal *)output;
    char bytes[512];
    assert_true(length < sizeof bytes);
    memcpy(bytes, text, length);
    bytes[length] = '\0';
    terminal->received += length;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\x1B') {
            i += terminal_obey(terminal, bytes + i + 1);
        } else if (bytes[i] == '\r') {
            terminal->column = 0;
        } else if ((bytes[i] & 0xC0) != 0x80) { /* of UTF-8 only the first byte counts */
            assert_true(terminal->column < terminal->columns);
            terminal->cells[terminal->row][terminal->column] = bytes[i];
            terminal->reverse[terminal->row][terminal->column++] = terminal->is_reverse ? 'r' : ' ';
        }
    }
}

static inline void terminal_open(struct terminal *terminal, unsigned columns, unsigned rows)
{
    *terminal =
        (struct terminal){.output.write = terminal_receive, .columns = columns, .rows = rows};
    assert_true(columns <= TERMINAL_COLUMNS && rows <= TERMINAL_ROWS);
    terminal_erase(terminal);
}

/* The row that shows `text`, or -1. */
static inline int terminal_row_of(const struct terminal *terminal, const char *text)
{
    for (unsigned row = 0; row < terminal->rows; row++) {
        if (strstr(terminal->cells[row], text) != NULL) {
            return (int)row;
        }
    }
    return -1;
}

static inline void terminal_expect(const struct terminal *terminal, const char *text)
{
    if (terminal_row_of(terminal, text) < 0) {
        for (unsigned row = 0; row < terminal->rows; row++) {
            print_error("%s\n", terminal->cells[row]);
        }
        fail_msg("\"%s\" does not show", text);
    }
}

/* Row `row` begins with `text`, and nothing but blanks follow. */
static inline void terminal_expect_row(const struct terminal *terminal, unsigned row,
                                       const char *text)
{
    size_t length = strlen(text);
    const char *cells = terminal->cells[row];
    if (strncmp(cells, text, length) != 0 ||
        strspn(cells + length, " ") != strlen(cells + length)) {
        fail_msg("row %u shows \"%s\", not \"%s\"", row, cells, text);
    }
}
