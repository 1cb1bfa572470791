/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words of extra=, with a shell's quoting: NAME="two words", NAME='two words', two\ words.
 */
#pragma once

struct arena;

struct host_words {
    const char *rest;
    struct arena *arena;
    int error; /* ERR_NO_MEMORY, once there was none */
};

void host_words_open(struct host_words *, const char *text, struct arena *);

/* The next word, without its quotes, in the arena; NULL at the end, or when there is no memory. */
char *host_words_next(struct host_words *);
