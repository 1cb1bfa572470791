/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/host_words.h"

#include <string.h>

#include "lib/arena.h"
#include "lib/error.h"

static const char blanks[] = " \t";

int host_words_open(struct host_words *words, const char *text, struct arena *arena)
{
    *words = (struct host_words){.rest = text, .room = arena_alloc(arena, strlen(text) + 1)};
    return words->room != NULL ? 0 : ERR_NO_MEMORY;
}

/*
 * Takes a word; a quote that does not end goes on to the end of the text. With the NUL it is no longer than
 * what it was made of, and the blank or NUL after that.
 */
static void take_word(struct host_words *words)
{
    const char *text = words->rest;
    char quote = '\0';
    for (; *text != '\0' && (quote != '\0' || strchr(blanks, *text) == NULL); text++) {
        if (*text == quote) {
            quote = '\0';
        } else if (quote == '\0' && (*text == '"' || *text == '\'')) {
            quote = *text;
        } else if (*text == '\\' && quote != '\'' && text[1] != '\0') {
            *words->room++ = *++text;
        } else {
            *words->room++ = *text;
        }
    }
    *words->room++ = '\0';
    words->rest = text;
}

char *host_words_next(struct host_words *words)
{
    char *word = words->room;
    words->rest += strspn(words->rest, blanks);
    if (*words->rest == '\0') {
        return NULL;
    }
    take_word(words);
    return word;
}
