/* SPDX-License-Identifier: BSD-2-Clause */
/* A script's text to tokens: words, in parts by their quoting, and what stands between them. */
#pragma once

#include "menu/grub_cfg/tree.h"

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_NEWLINE,
    TOKEN_SEMICOLON,
    TOKEN_OPEN,  /* { */
    TOKEN_CLOSE, /* } */
    TOKEN_OTHER, /* | & < > ;; && ||, which mean nothing in a script of GRUB's */
};

struct token {
    enum token_kind kind;
    const char *text; /* as it was written */
    size_t length;
    unsigned line; /* from 1 */
    size_t column; /* in bytes, from 1 */
    struct part *parts;
};

struct lexer {
    const char *name; /* of the text, for messages */
    const char *text;
    size_t length;
    size_t at; /* what follows */
    unsigned line;
    size_t line_start; /* where that line begins */
    struct arena *arena;
    struct log *log;
};

/*
 * The next token. Returns 0, ERR_INVALID or ERR_TRUNCATED (logged: a quote that does not end, a '$'
 * without a name) or ERR_NO_MEMORY.
 */
int lexer_next(struct lexer *, struct token *);

/* Is it a name that a variable or a function can have: letters, digits and '_', no digit first? */
bool lexer_is_name(const char *text, size_t length);
