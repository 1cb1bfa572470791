/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/grammar/lines.h"

#include <stdint.h>
#include <string.h>

#include "lib/arena.h"
#include "lib/decimal.h"

void lines_open(struct lines *lines, const char *text, size_t length, struct arena *arena)
{
    *lines = (struct lines){.rest = text, .left = length, .arena = arena};
}

/* Bytes before the next LF, or all. */
static size_t line_length(const struct lines *lines)
{
    const char *end = memchr(lines->rest, '\n', lines->left);
    return end == NULL ? lines->left : (size_t)(end - lines->rest);
}

static void pass(struct lines *lines, size_t length)
{
    length += length < lines->left ? 1 : 0; /* the LF */
    lines->rest += length;
    lines->left -= length;
    lines->number++;
}

/* Length of the line without CR. */
static size_t content_length(const char *text, size_t length)
{
    return length - (length > 0 && text[length - 1] == '\r' ? 1 : 0);
}

static void blank_controls(char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7F) {
            text[i] = ' ';
        }
    }
}

char *trim(char *text)
{
    text += strspn(text, " ");
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == ' ') {
        text[--length] = '\0';
    }
    return text;
}

/* Adds the next line to the `done` bytes of `text`. Returns it, or NULL: no memory. */
static char *append_line(struct lines *lines, char *text, size_t *done)
{
    size_t length = line_length(lines), count = content_length(lines->rest, length);
    text = text == NULL ? arena_alloc(lines->arena, count + 1) : text;
    if (text == NULL || arena_resize(lines->arena, text, *done + count + 1) != 0) {
        return NULL;
    }
    memcpy(text + *done, lines->rest, count);
    *done += count;
    pass(lines, length);
    return text;
}

char *lines_next(struct lines *lines, bool join)
{
    char *text = NULL;
    size_t done = 0;
    bool goes_on = lines->left > 0;
    while (goes_on) {
        text = append_line(lines, text, &done);
        if (text == NULL) {
            return NULL;
        }
        goes_on = join && lines->left > 0 && done > 0 && text[done - 1] == '\\';
        if (goes_on) {
            text[done - 1] = ' ';
        }
    }
    if (text == NULL) {
        return NULL;
    }
    blank_controls(text, done);
    text[done] = '\0';
    return trim(text);
}

char *cut_word(char *text)
{
    char *rest = text + strcspn(text, " ");
    if (*rest != '\0') {
        *rest++ = '\0';
    }
    return trim(rest);
}

bool parse_decimal(const char *text, int *number)
{
    uint64_t value = 0;
    bool good = decimal_parse(text, INT32_MAX, &value);
    *number = good ? (int)value : 0;
    return good;
}
