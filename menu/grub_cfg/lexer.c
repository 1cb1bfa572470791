/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/grub_cfg/lexer.h"

#include <string.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

/* A byte of the text; 0 at its end, and nowhere else. */
static char peek(const struct lexer *lexer)
{
    return lexer->at < lexer->length ? lexer->text[lexer->at] : '\0';
}

static char take(struct lexer *lexer)
{
    char c = peek(lexer);
    if (lexer->at < lexer->length) {
        lexer->at++;
    }
    if (c == '\n') {
        lexer->line++;
        lexer->line_start = lexer->at;
    }
    return c;
}

static int wrong(const struct lexer *lexer, int error, const char *what)
{
    return fail(lexer->log, error, "%s:%u:%zu: %s", lexer->name, lexer->line,
                lexer->at - lexer->line_start + 1, what);
}

/* ---- parts of words ------------------------------------------------------------------------- */

/* A word that is being put together. */
struct parts {
    struct lexer *lexer;
    struct part **end;   /* where the next part goes */
    unsigned quote_line; /* where the newest quote begins */
    size_t quote_column;
};

/* What was taken since `start`, in the arena, or NULL. */
static char *taken(const struct lexer *lexer, size_t start)
{
    return arena_copy(lexer->arena, lexer->text + start, lexer->at - start);
}

/* `text` is in the arena; NULL: there was no memory. */
static int add(struct parts *parts, enum part_kind kind, const char *text)
{
    struct part *part = arena_alloc(parts->lexer->arena, sizeof *part);
    if (part == NULL || text == NULL) {
        return ERR_NO_MEMORY;
    }
    *part = (struct part){.kind = kind, .text = text};
    *parts->end = part;
    parts->end = &part->next;
    return 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_part(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

bool lexer_is_name(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!is_name_part(text[i])) {
            return false;
        }
    }
    return length > 0 && !is_digit(text[0]);
}

/* Length of the variable's name that begins here: "prefix", "12", "?"; 0: none does. */
static size_t name_length(const struct lexer *lexer)
{
    const char *start = lexer->text + lexer->at;
    size_t left = lexer->length - lexer->at, length = 0;
    bool digits = left > 0 && is_digit(start[0]);
    if (left > 0 && start[0] != '\0' && strchr("?#*@", start[0]) != NULL) {
        return 1;
    }
    while (length < left && (digits ? is_digit(start[length]) : is_name_part(start[length]))) {
        length++;
    }
    return length;
}

/* After the '$': name, or {name}. */
static int variable(struct parts *parts, enum part_kind kind)
{
    struct lexer *lexer = parts->lexer;
    bool braced = peek(lexer) == '{';
    if (braced) {
        (void)take(lexer);
    }
    size_t start = lexer->at;
    lexer->at += name_length(lexer);
    if (lexer->at == start) {
        return wrong(lexer, ERR_INVALID, "expected a variable's name after \"$\"");
    }
    int error = add(parts, kind, taken(lexer, start));
    if (braced && peek(lexer) != '}') {
        return wrong(lexer, ERR_INVALID, "expected \"}\" after the variable's name");
    }
    lexer->at += braced ? 1 : 0;
    return error;
}

static void begin_quote(struct parts *parts)
{
    struct lexer *lexer = parts->lexer;
    parts->quote_line = lexer->line;
    parts->quote_column = lexer->at - lexer->line_start + 1;
    (void)take(lexer);
}

static int endless_quote(const struct parts *parts)
{
    return fail(parts->lexer->log, ERR_TRUNCATED, "%s:%u:%zu: the quote has no end",
                parts->lexer->name, parts->quote_line, parts->quote_column);
}

/* 'text': all of it as it is. */
static int single_quoted(struct parts *parts)
{
    struct lexer *lexer = parts->lexer;
    begin_quote(parts);
    size_t start = lexer->at;
    while (peek(lexer) != '\'') {
        if (take(lexer) == '\0') {
            return endless_quote(parts);
        }
    }
    int error = add(parts, PART_QUOTED, taken(lexer, start));
    (void)take(lexer);
    return error;
}

/* Takes backslashes out that quote something in double quotes: \" \$ \\ and a line's end. */
static void unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        bool quotes = from[0] == '\\' && from[1] != '\0' && strchr("\"$\\\n", from[1]) != NULL;
        from += quotes ? 1 : 0;
        if (!quotes || *from != '\n') {
            *to++ = *from;
        }
    }
    *to = '\0';
}

/* In double quotes, up to a variable or the end. */
static int quoted_text(struct parts *parts)
{
    struct lexer *lexer = parts->lexer;
    size_t start = lexer->at;
    while (peek(lexer) != '"' && peek(lexer) != '$') {
        char c = take(lexer);
        if (c == '\0' || (c == '\\' && take(lexer) == '\0')) {
            return endless_quote(parts);
        }
    }
    char *text = taken(lexer, start);
    if (text != NULL) {
        unescape(text);
    }
    return add(parts, PART_QUOTED, text);
}

/* In $"...", a '$' without a name stands for itself. */
static int quoted_dollar(struct parts *parts, bool translated)
{
    struct lexer *lexer = parts->lexer;
    size_t start = lexer->at;
    (void)take(lexer);
    bool named = peek(lexer) == '{' || name_length(lexer) > 0;
    return named || !translated ? variable(parts, PART_QUOTED_VARIABLE)
                                : add(parts, PART_QUOTED, taken(lexer, start));
}

/* "text $name text", and the same after a '$', which asks for its translation. */
static int double_quoted(struct parts *parts, bool translated)
{
    struct lexer *lexer = parts->lexer;
    begin_quote(parts);
    int error = quoted_text(parts);
    while (error == 0 && peek(lexer) == '$') {
        error = quoted_dollar(parts, translated);
        if (error == 0) {
            error = quoted_text(parts);
        }
    }
    (void)take(lexer); /* the quote */
    return error;
}

/* $name, or $"text", which would be translated. */
static int dollar(struct parts *parts)
{
    (void)take(parts->lexer);
    return peek(parts->lexer) == '"' ? double_quoted(parts, true) : variable(parts, PART_VARIABLE);
}

/* GRUB drops lines that begin with '#' when it reads a file: what goes on does so after them. */
static void take_line_end(struct lexer *lexer)
{
    while (peek(lexer) == '\n') {
        (void)take(lexer);
        if (peek(lexer) != '#') {
            return;
        }
        while (peek(lexer) != '\n' && take(lexer) != '\0') {
        }
    }
}

/* \c: that character; at a line's end: nothing, and the line goes on. */
static int backslash(struct parts *parts)
{
    struct lexer *lexer = parts->lexer;
    (void)take(lexer);
    size_t start = lexer->at;
    bool line_ends = peek(lexer) == '\n';
    if (start + (line_ends ? 1 : 0) == lexer->length) {
        return wrong(lexer, ERR_TRUNCATED, "expected more after the backslash");
    }
    if (line_ends) {
        take_line_end(lexer);
        return 0;
    }
    (void)take(lexer);
    return add(parts, PART_QUOTED, taken(lexer, start));
}

/* ---- tokens --------------------------------------------------------------------------------- */

static bool is_plain(char c)
{
    return c != '\0' && strchr("{}|&$;<> \t\n'\"\\", c) == NULL;
}

static int plain(struct parts *parts)
{
    struct lexer *lexer = parts->lexer;
    size_t start = lexer->at;
    while (is_plain(peek(lexer))) {
        lexer->at++;
    }
    return add(parts, PART_TEXT, taken(lexer, start));
}

static bool is_in_word(char c)
{
    return is_plain(c) || (c != '\0' && strchr("$'\"\\", c) != NULL);
}

static int word(struct lexer *lexer, struct token *token)
{
    struct parts parts = {.lexer = lexer, .end = &token->parts};
    int error = 0;
    token->kind = TOKEN_WORD;
    while (error == 0 && is_in_word(peek(lexer))) {
        switch (peek(lexer)) {
        case '\'':
            error = single_quoted(&parts);
            break;
        case '"':
            error = double_quoted(&parts, false);
            break;
        case '$':
            error = dollar(&parts);
            break;
        case '\\':
            error = backslash(&parts);
            break;
        default:
            error = plain(&parts);
        }
    }
    return error;
}

/* Blanks, and a comment: it begins where a word could, and ends before the line's end. */
static void skip_blanks(struct lexer *lexer)
{
    while (peek(lexer) == ' ' || peek(lexer) == '\t') {
        lexer->at++;
    }
    if (peek(lexer) == '#') {
        const char *start = lexer->text + lexer->at;
        const char *end = memchr(start, '\n', lexer->length - lexer->at);
        lexer->at = end != NULL ? (size_t)(end - lexer->text) : lexer->length;
    }
}

static enum token_kind punctuation(struct lexer *lexer)
{
    char c = take(lexer);
    if (c == peek(lexer) && strchr(";|&", c) != NULL) {
        (void)take(lexer);
        return TOKEN_OTHER;
    }
    switch (c) {
    case '\n':
        return TOKEN_NEWLINE;
    case ';':
        return TOKEN_SEMICOLON;
    case '{':
        return TOKEN_OPEN;
    case '}':
        return TOKEN_CLOSE;
    default:
        return TOKEN_OTHER;
    }
}

int lexer_next(struct lexer *lexer, struct token *token)
{
    int error = 0;
    skip_blanks(lexer);
    *token = (struct token){.kind = TOKEN_END,
                            .text = lexer->text + lexer->at,
                            .line = lexer->line,
                            .column = lexer->at - lexer->line_start + 1};
    if (is_in_word(peek(lexer))) {
        error = word(lexer, token);
    } else if (lexer->at < lexer->length) {
        token->kind = punctuation(lexer);
    }
    token->length = (size_t)(lexer->text + lexer->at - token->text);
    return error;
}
