/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/bls/pairs.h"

#include "lib/error.h"

size_t pairs_count(const char *text, size_t length)
{
    size_t count = 1;
    for (size_t i = 0; i < length; i++) {
        count += text[i] == '\n' ? 1 : 0;
    }
    return count;
}

void pairs_open(struct pairs *pairs, const char *text, size_t length, struct arena *arena)
{
    lines_open(&pairs->lines, text, length, arena);
}

int pairs_next(struct pairs *pairs, struct pair *pair)
{
    char *line;
    do {
        line = lines_next(&pairs->lines, false);
    } while (line != NULL && (*line == '\0' || *line == '#'));
    *pair = (struct pair){.key = line};
    if (line == NULL) {
        return pairs->lines.left > 0 ? ERR_NO_MEMORY : 0;
    }
    pair->value = cut_word(line);
    return 0;
}
