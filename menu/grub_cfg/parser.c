/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The grammar, by recursive descent:
 *
 *      script     { newline } { ( statement | function ) separator }
 *      separator  ( ";" | newline ) { newline }
 *      list       { newline } statement { separator statement } [ separator ]
 *      statement  command | if | for | while | until
 *      command    word { word } [ "{" list "}" ]
 *      if         "if" list "then" list { "elif" list "then" list } [ "else" list ] "fi"
 *      for        "for" name "in" { word } separator "do" list "done"
 *      while      ( "while" | "until" ) list "do" list "done"
 *      function   "function" name { newline } "{" list "}"
 *
 * A list must end with a separator before anything but a command's "}".
 */
#include <stdio.h>
#include <string.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/grub_cfg/lexer.h"
#include "menu/grub_cfg/parse.h"

struct parser {
    struct lexer lexer;
    struct token token; /* not yet taken */
    unsigned depth;
};

/* ---- tokens --------------------------------------------------------------------------------- */

static int advance(struct parser *parser)
{
    return lexer_next(&parser->lexer, &parser->token);
}

static bool is(const struct parser *parser, const char *keyword)
{
    const struct token *token = &parser->token;
    return token->kind == TOKEN_WORD && strlen(keyword) == token->length &&
           memcmp(token->text, keyword, token->length) == 0;
}

static bool is_one_of(const struct parser *parser, const char *const *keywords)
{
    for (; *keywords != NULL; keywords++) {
        if (is(parser, *keywords)) {
            return true;
        }
    }
    return false;
}

/* They end a list. */
static bool is_closing(const struct parser *parser)
{
    static const char *const closing[] = {"then", "elif", "else", "fi", "do", "done", NULL};
    enum token_kind kind = parser->token.kind;
    return kind == TOKEN_CLOSE || kind == TOKEN_END || is_one_of(parser, closing);
}

/* Words that no command can be called. */
static bool is_reserved(const struct parser *parser)
{
    static const char *const reserved[] = {"case",   "esac", "function", "in",
                                           "select", "[[",   "]]",       NULL};
    return is_closing(parser) || is_one_of(parser, reserved);
}

static bool is_separator(const struct parser *parser)
{
    return parser->token.kind == TOKEN_NEWLINE || parser->token.kind == TOKEN_SEMICOLON;
}

static int complain(const struct parser *parser, const char *expected)
{
    const struct token *token = &parser->token;
    const struct lexer *lexer = &parser->lexer;
    int shown = (int)(token->length < 40 ? token->length : 40);
    if (token->kind == TOKEN_END) {
        return fail(lexer->log, ERR_TRUNCATED, "%s:%u:%zu: expected %s, found the end of the text",
                    lexer->name, token->line, token->column, expected);
    }
    if (token->kind == TOKEN_NEWLINE) {
        return fail(lexer->log, ERR_INVALID, "%s:%u:%zu: expected %s, found the end of the line",
                    lexer->name, token->line, token->column, expected);
    }
    return fail(lexer->log, ERR_INVALID, "%s:%u:%zu: expected %s, found \"%.*s\"", lexer->name,
                token->line, token->column, expected, shown, token->text);
}

static int expect(struct parser *parser, const char *keyword)
{
    char expected[16];
    if (is(parser, keyword)) {
        return advance(parser);
    }
    (void)snprintf(expected, sizeof expected, "\"%s\"", keyword); /* keywords are short */
    return complain(parser, expected);
}

static int expect_kind(struct parser *parser, enum token_kind kind, const char *expected)
{
    return parser->token.kind == kind ? advance(parser) : complain(parser, expected);
}

static int skip_newlines(struct parser *parser)
{
    int error = 0;
    while (error == 0 && parser->token.kind == TOKEN_NEWLINE) {
        error = advance(parser);
    }
    return error;
}

static const char separators[] = "\";\" or the end of the line";

static int separator(struct parser *parser)
{
    if (!is_separator(parser)) {
        return complain(parser, separators);
    }
    int error = advance(parser);
    return error != 0 ? error : skip_newlines(parser);
}

/* ---- lists ---------------------------------------------------------------------------------- */

static int parse_statement(struct parser *parser, struct statement **statement);

/* `separated`: the last statement, too, must have a separator after it. */
static int parse_statements(struct parser *parser, struct statement **end, bool separated)
{
    do {
        int error = parse_statement(parser, end);
        if (error != 0) {
            return error;
        }
        end = &(*end)->next;
        if (!separated && parser->token.kind == TOKEN_CLOSE) {
            return 0;
        }
        error = separator(parser);
        if (error != 0) {
            return error;
        }
    } while (!is_closing(parser));
    return 0;
}

static int parse_list(struct parser *parser, struct statement **first, bool separated)
{
    if (parser->depth == GRUB_CFG_DEPTH) {
        return fail(parser->lexer.log, ERR_LOOP, "%s:%u:%zu: nested too deeply", parser->lexer.name,
                    parser->token.line, parser->token.column);
    }
    int error = skip_newlines(parser);
    if (error != 0) {
        return error;
    }
    parser->depth++;
    error = parse_statements(parser, first, separated);
    parser->depth--;
    return error;
}

/* A list and the keyword after it. */
static int parse_list_until(struct parser *parser, struct statement **first, const char *keyword)
{
    int error = parse_list(parser, first, true);
    return error != 0 ? error : expect(parser, keyword);
}

/* After the "{". */
static int parse_block(struct parser *parser, struct block **block, bool separated)
{
    struct lexer *lexer = &parser->lexer;
    struct block *made = *block = arena_alloc(lexer->arena, sizeof *made);
    if (made == NULL) {
        return ERR_NO_MEMORY;
    }
    made->text = parser->token.text + 1;
    int error = advance(parser);
    if (error == 0) {
        error = parse_list(parser, &made->body, separated);
    }
    if (error == 0) {
        made->length = (size_t)(parser->token.text - made->text);
        error = expect_kind(parser, TOKEN_CLOSE, "\"}\"");
    }
    return error;
}

/* ---- statements ----------------------------------------------------------------------------- */

static struct statement *make(const struct parser *parser, enum statement_kind kind)
{
    struct statement *statement = arena_alloc(parser->lexer.arena, sizeof *statement);
    if (statement != NULL) {
        statement->kind = kind;
        statement->line = parser->token.line;
        statement->file = parser->lexer.name;
    }
    return statement;
}

static int parse_words(struct parser *parser, struct word **end)
{
    static const char *const brackets[] = {"[[", "]]", NULL};
    while (parser->token.kind == TOKEN_WORD && !is_one_of(parser, brackets)) {
        struct word *word = *end = arena_alloc(parser->lexer.arena, sizeof *word);
        if (word == NULL) {
            return ERR_NO_MEMORY;
        }
        word->parts = parser->token.parts;
        end = &word->next;
        int error = advance(parser);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

static int parse_command(struct parser *parser, struct statement *statement)
{
    if (parser->token.kind != TOKEN_WORD || is_reserved(parser)) {
        return complain(parser, "a command");
    }
    int error = parse_words(parser, &statement->words);
    if (error == 0 && parser->token.kind == TOKEN_OPEN) {
        error = parse_block(parser, &statement->block, false);
    }
    return error;
}

/* After "if" or "elif", up to what follows the branch. */
static int parse_branch(struct parser *parser, struct statement *statement)
{
    int error = parse_list_until(parser, &statement->condition, "then");
    return error != 0 ? error : parse_list(parser, &statement->body, true);
}

static int parse_else(struct parser *parser, struct statement *statement)
{
    if (is(parser, "else")) {
        int error = advance(parser);
        return error != 0 ? error : parse_list_until(parser, &statement->otherwise, "fi");
    }
    return is(parser, "fi") ? advance(parser) : complain(parser, "\"elif\", \"else\" or \"fi\"");
}

static int parse_if(struct parser *parser, struct statement *statement)
{
    int error = parse_branch(parser, statement);
    while (error == 0 && is(parser, "elif")) {
        statement = statement->otherwise = make(parser, STATEMENT_IF);
        if (statement == NULL) {
            return ERR_NO_MEMORY;
        }
        error = advance(parser);
        if (error == 0) {
            error = parse_branch(parser, statement);
        }
    }
    return error != 0 ? error : parse_else(parser, statement);
}

static int parse_name(struct parser *parser, struct statement *statement, const char *expected)
{
    static const char *const keywords[] = {"if", "for", "while", "until", NULL};
    const struct token *token = &parser->token;
    if (!lexer_is_name(token->text, token->length) || is_reserved(parser) ||
        is_one_of(parser, keywords)) {
        return complain(parser, expected);
    }
    statement->name = token->parts->text;
    return advance(parser);
}

static int parse_do(struct parser *parser, struct statement *statement)
{
    int error = expect(parser, "do");
    return error != 0 ? error : parse_list_until(parser, &statement->body, "done");
}

static int parse_for(struct parser *parser, struct statement *statement)
{
    int error = parse_name(parser, statement, "a variable's name");
    if (error == 0) {
        error = expect(parser, "in");
    }
    if (error == 0) {
        error = parse_words(parser, &statement->words);
    }
    if (error == 0) {
        error = separator(parser);
    }
    return error != 0 ? error : parse_do(parser, statement);
}

static int parse_while(struct parser *parser, struct statement *statement)
{
    int error = parse_list(parser, &statement->condition, true);
    return error != 0 ? error : parse_do(parser, statement);
}

static int parse_function(struct parser *parser, struct statement *statement)
{
    int error = parse_name(parser, statement, "a function's name");
    if (error == 0) {
        error = skip_newlines(parser);
    }
    if (error != 0) {
        return error;
    }
    return parser->token.kind == TOKEN_OPEN ? parse_block(parser, &statement->block, true)
                                            : complain(parser, "\"{\"");
}

struct construct {
    const char *keyword;
    enum statement_kind kind;
    int (*parse)(struct parser *, struct statement *); /* what stands after the keyword */
};

static const struct construct *find_construct(const struct parser *parser)
{
    static const struct construct constructs[] = {
        {"if", STATEMENT_IF, parse_if},
        {"for", STATEMENT_FOR, parse_for},
        {"while", STATEMENT_WHILE, parse_while},
        {"until", STATEMENT_UNTIL, parse_while},
        {"function", STATEMENT_FUNCTION, parse_function},
    };
    for (size_t i = 0; i < sizeof constructs / sizeof constructs[0]; i++) {
        if (is(parser, constructs[i].keyword)) {
            bool fits = constructs[i].kind != STATEMENT_FUNCTION || parser->depth == 0;
            return fits ? &constructs[i] : NULL;
        }
    }
    return NULL;
}

static int parse_statement(struct parser *parser, struct statement **statement)
{
    const struct construct *construct = find_construct(parser);
    *statement = make(parser, construct != NULL ? construct->kind : STATEMENT_COMMAND);
    if (*statement == NULL) {
        return ERR_NO_MEMORY;
    }
    if (construct == NULL) {
        return parse_command(parser, *statement);
    }
    int error = advance(parser);
    return error != 0 ? error : construct->parse(parser, *statement);
}

/* ---- the whole text ------------------------------------------------------------------------- */

/* A statement of the text's own, and its end. One that is wrong, or has no end, is dropped. */
static int parse_next(struct parser *parser, struct statement **statement)
{
    int error = parse_statement(parser, statement);
    bool last = parser->token.kind == TOKEN_END;
    if (error == 0 && !last && !is_separator(parser)) {
        error = complain(parser, separators);
    }
    if (error != 0) {
        *statement = NULL;
        return error;
    }
    return last ? 0 : separator(parser);
}

/* Lines may end as DOS has it. */
static const char *without_returns(const char *text, size_t *length, struct arena *arena)
{
    if (memchr(text, '\r', *length) == NULL) {
        return text;
    }
    char *copy = arena_copy(arena, text, *length);
    size_t kept = 0;
    for (size_t i = 0; copy != NULL && i < *length; i++) {
        copy[kept] = text[i];
        kept += text[i] != '\r' ? 1 : 0;
    }
    *length = kept;
    return copy;
}

static int parse_script(struct parser *parser, struct statement **first)
{
    int error = advance(parser);
    if (error == 0) {
        error = skip_newlines(parser);
    }
    while (error == 0 && parser->token.kind != TOKEN_END) {
        error = parse_next(parser, first);
        first = *first != NULL ? &(*first)->next : first;
    }
    return error;
}

int grub_cfg_parse(struct statement **first, const char *name, const char *text, size_t length,
                   struct arena *arena, struct log *log)
{
    const char *zero = memchr(text, '\0', length);
    length = zero != NULL ? (size_t)(zero - text) : length;
    *first = NULL;
    text = without_returns(text, &length, arena);
    if (text == NULL) {
        return ERR_NO_MEMORY;
    }
    struct parser parser = {
        .lexer = {
            .name = name, .text = text, .length = length, .line = 1, .arena = arena, .log = log}};
    int error = parse_script(&parser, first);
    if (error == 0 && zero != NULL) {
        error = fail(log, ERR_INVALID, "%s:%u: no text may have a byte 0", name, parser.lexer.line);
    }
    return error;
}
