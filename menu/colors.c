/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/colors.h"

#include <stdio.h>
#include <string.h>

enum { BRIGHT = 8, BLINK = 16, PLAIN_COLORS = 8 };

/* In ECMA-48's order; GRUB's "light-" ones are the same, bright. */
static const char *const plain[PLAIN_COLORS] = {"black", "red",     "green", "brown",
                                                "blue",  "magenta", "cyan",  "light-gray"};

static const struct {
    const char *name;
    int code;
} bright[] = {
    {"dark-gray", BRIGHT},      {"light-red", BRIGHT + 1},  {"light-green", BRIGHT + 2},
    {"yellow", BRIGHT + 3},     {"light-blue", BRIGHT + 4}, {"light-magenta", BRIGHT + 5},
    {"light-cyan", BRIGHT + 6}, {"white", BRIGHT + 7},
};

static bool is_word(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && strncmp(text, word, length) == 0;
}

/* The code of a colour, or -1. */
static int find_color(const char *text, size_t length)
{
    for (int i = 0; i < PLAIN_COLORS; i++) {
        if (is_word(text, length, plain[i])) {
            return i;
        }
    }
    for (size_t i = 0; i < sizeof bright / sizeof bright[0]; i++) {
        if (is_word(text, length, bright[i].name)) {
            return bright[i].code;
        }
    }
    return -1;
}

/* "[blink-]FOREGROUND/BACKGROUND" */
static bool parse_pair(char *rendition, const char *text, size_t length)
{
    static const char blink[] = "blink-";
    bool blinks = strncmp(text, blink, strlen(blink)) == 0;
    const char *start = text + (blinks ? strlen(blink) : 0);
    const char *slash = memchr(text, '/', length);
    if (slash == NULL || slash < start) {
        return false;
    }
    int front = find_color(start, (size_t)(slash - start));
    int back = find_color(slash + 1, length - (size_t)(slash + 1 - text));
    if (front < 0 || back < 0) {
        return false;
    }
    (void)snprintf(rendition, RENDITION_SIZE, "\x1B[0%s%s;%d;%dm", blinks ? ";5" : "",
                   front >= BRIGHT ? ";1" : "", 30 + front % BRIGHT,
                   40 + back % BRIGHT); /* fits: 18 bytes at most */
    return true;
}

/* GRUB's highlight, where it is not given: the two colours changed round. */
static bool parse_swapped(char *rendition, const char *text, size_t length)
{
    char swapped[64];
    const char *slash = memchr(text, '/', length);
    int front = (int)(slash - text), back = (int)length - front - 1;
    int used = snprintf(swapped, sizeof swapped, "%.*s/%.*s", back, slash + 1, front, text);
    return used > 0 && (size_t)used < sizeof swapped &&
           parse_pair(rendition, swapped, (size_t)used);
}

bool colors_parse(struct colors *colors, const char *arguments)
{
    struct colors parsed = {{0}, {0}};
    size_t length = strcspn(arguments, " ");
    const char *rest = arguments + length;
    rest += strspn(rest, " ");
    if (!parse_pair(parsed.normal, arguments, length)) {
        return false;
    }
    bool good = *rest != '\0' ? parse_pair(parsed.highlight, rest, strcspn(rest, " "))
                              : parse_swapped(parsed.highlight, arguments, length);
    if (good) {
        *colors = parsed;
    }
    return good;
}
