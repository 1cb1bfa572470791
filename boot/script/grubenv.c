/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/script/grubenv.h"

#include <string.h>

#include "lib/arena.h"
#include "lib/error.h"

static const char signature[] = "# GRUB Environment Block\n";

enum { SIGNATURE_SIZE = sizeof signature - 1 };

/* A variable's line, or a comment's. */
struct line {
    size_t start;
    size_t equals; /* where the '=' is; at `end`: there is none */
    size_t end;    /* after the newline */
};

/* The line from `start` on. False: there is no more, or it has no end. */
static bool find_line(const struct grubenv *block, size_t start, struct line *line)
{
    bool escaped = false;
    *line = (struct line){.start = start, .equals = block->size, .end = block->size};
    for (size_t at = start; at < block->size; at++) {
        char c = block->bytes[at];
        if (c == '=' && line->equals == block->size) {
            line->equals = at;
        }
        if (c == '\n' && !escaped) {
            line->end = at + 1;
            line->equals = line->equals < at ? line->equals : line->end;
            return true;
        }
        escaped = c == '\\' && !escaped;
    }
    return false;
}

/* Where the '#'s begin that fill the block up. */
static size_t fill_start(const struct grubenv *block)
{
    size_t start = block->size;
    while (start > SIGNATURE_SIZE && block->bytes[start - 1] == '#') {
        start--;
    }
    return start;
}

bool grubenv_is_valid(const struct grubenv *block)
{
    return block->size >= SIGNATURE_SIZE && memcmp(block->bytes, signature, SIGNATURE_SIZE) == 0 &&
           block->bytes[fill_start(block) - 1] == '\n' &&
           memchr(block->bytes, '\0', block->size) == NULL;
}

static bool has_name(const struct grubenv *block, const struct line *line, const char *name)
{
    size_t length = line->equals - line->start;
    return line->equals < line->end && strlen(name) == length &&
           memcmp(block->bytes + line->start, name, length) == 0;
}

/* ---- reading -------------------------------------------------------------------------------- */

static bool is_wanted(const char *const *names, const char *name)
{
    for (; names != NULL && *names != NULL; names++) {
        if (strcmp(*names, name) == 0) {
            return true;
        }
    }
    return names == NULL;
}

static void unescape(char *value)
{
    char *to = value;
    for (const char *from = value; *from != '\0'; from++) {
        from += from[0] == '\\' && from[1] != '\0' ? 1 : 0;
        *to++ = *from;
    }
    *to = '\0';
}

static int load_line(const struct grubenv *block, const struct line *line, const char *const *names,
                     struct variables *variables, struct arena *arena)
{
    const char *text = block->bytes;
    char *name = arena_copy(arena, text + line->start, line->equals - line->start);
    char *value = arena_copy(arena, text + line->equals + 1, line->end - line->equals - 2);
    if (name == NULL || value == NULL) {
        return ERR_NO_MEMORY;
    }
    unescape(value);
    return is_wanted(names, name) ? variables_set(variables, name, value) : 0;
}

int grubenv_load(const struct grubenv *block, const char *const *names, struct variables *variables,
                 struct arena *arena)
{
    struct line line;
    int error = 0;
    for (size_t at = SIGNATURE_SIZE; error == 0 && find_line(block, at, &line); at = line.end) {
        if (block->bytes[at] != '#' && line.equals < line.end) {
            size_t mark = arena_mark(arena);
            error = load_line(block, &line, names, variables, arena);
            arena_release(arena, mark);
        }
    }
    return error;
}

/* ---- writing -------------------------------------------------------------------------------- */

/* Its line; where there is none, the place at the end for a new one. */
static struct line find_variable(const struct grubenv *block, const char *name)
{
    struct line line;
    size_t end = fill_start(block);
    for (size_t at = SIGNATURE_SIZE; find_line(block, at, &line); at = line.end) {
        if (has_name(block, &line, name)) {
            return line;
        }
    }
    return (struct line){.start = end, .equals = end, .end = end};
}

static bool is_escaped(char c)
{
    return c == '\\' || c == '\n';
}

static size_t escaped_length(const char *value)
{
    size_t length = 0;
    for (; *value != '\0'; value++) {
        length += is_escaped(*value) ? 2 : 1;
    }
    return length;
}

/* Makes a line `length` bytes long; what comes after it moves, and '#'s fill the end. */
static int resize_line(struct grubenv *block, const struct line *line, size_t length)
{
    size_t old_length = line->end - line->start, used = fill_start(block);
    if (length > old_length && length - old_length > block->size - used) {
        return ERR_TOO_LARGE;
    }
    memmove(block->bytes + line->start + length, block->bytes + line->end, used - line->end);
    used = used - old_length + length;
    memset(block->bytes + used, '#', block->size - used);
    return 0;
}

/* Returns the place after it. */
static char *put_escaped(char *to, const char *text)
{
    for (; *text != '\0'; text++) {
        if (is_escaped(*text)) {
            *to++ = '\\';
        }
        *to++ = *text;
    }
    return to;
}

int grubenv_set(struct grubenv *block, const char *name, const char *value)
{
    size_t name_length = strlen(name);
    if (name_length == 0 || name[0] == '#' || name[strcspn(name, "=\\\n")] != '\0') {
        return ERR_INVALID;
    }
    struct line line = find_variable(block, name);
    int error = resize_line(block, &line, name_length + 1 + escaped_length(value) + 1);
    if (error != 0) {
        return error;
    }
    char *to = put_escaped(block->bytes + line.start, name); /* a name has nothing to escape */
    *to = '=';
    *put_escaped(to + 1, value) = '\n';
    return 0;
}

void grubenv_unset(struct grubenv *block, const char *name)
{
    struct line line = find_variable(block, name);
    (void)resize_line(block, &line, 0); /* smaller always fits */
}
