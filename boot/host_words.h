/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words of extra=, with a shell's quoting: NAME="two words", NAME='two words', two\ words.
 */
#pragma once

struct arena;

struct host_words {
    const char *rest;
    char *room; /* for the words that follow */
};

/* Returns 0 or ERR_NO_MEMORY. */
int host_words_open(struct host_words *, const char *text, struct arena *);

/* The next word, without its quotes, in the arena; NULL at the end. */
char *host_words_next(struct host_words *);
