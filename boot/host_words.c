/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/host_words.h"

#include <string.h>

#include "lib/arena.h"
#include "lib/error.h"

static const char blanks[] = " \t";

void host_words_open(struct host_words *words, const char *text, struct arena *arena)
{
    *words = (struct host_words){.rest = text, .arena = arena};
}

/* A quote that does not end goes on to the end of the text. */
static const char *take_word(const char *text, char *word)
{
    char quote = '\0';
    for (; *text != '\0' && (quote != '\0' || strchr(blanks, *text) == NULL); text++) {
        if (*text == quote) {
            quote = '\0';
        } else if (quote == '\0' && (*text == '"' || *text == '\'')) {
            quote = *text;
        } else if (*text == '\\' && quote != '\'' && text[1] != '\0') {
            *word++ = *++text;
        } else {
            *word++ = *text;
        }
    }
    *word = '\0';
    return text;
}

char *host_words_next(struct host_words *words)
{
    words->rest += strspn(words->rest, blanks);
    if (*words->rest == '\0') {
        return NULL;
    }
    char *word = arena_alloc(words->arena, strlen(words->rest) + 1);
    if (word == NULL) {
        words->error = ERR_NO_MEMORY;
        return NULL;
    }
    words->rest = take_word(words->rest, word);
    return word;
}
