/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/script/expand.h"

#include <stdio.h>
#include <string.h>

#include "boot/script/wildcards.h"
#include "lib/decimal.h"
#include "lib/error.h"

static const char blanks[] = " \t\n\v\f\r";

/* Words that are being written, one after the other, each with a NUL. */
struct writer {
    struct arena *arena;
    char *text; /* the arena's newest allocation */
    size_t length;
    size_t count;   /* of words that are complete */
    bool open;      /* one has begun, and may be "" */
    bool wildcards; /* what is quoted gets backslashes: it is none */
    int error;
};

static void put(struct writer *writer, const char *text, size_t length)
{
    if (writer->error != 0 ||
        arena_resize(writer->arena, writer->text, writer->length + length + 1) != 0) {
        writer->error = ERR_TOO_LARGE;
        return;
    }
    memcpy(writer->text + writer->length, text, length);
    writer->length += length;
    writer->open = true;
}

static void end_word(struct writer *writer)
{
    if (writer->open && writer->error == 0) {
        writer->text[writer->length++] = '\0';
        writer->count++;
    }
    writer->open = false;
}

/* In a value, a backslash quotes what follows, and stays. */
static bool is_quoted(const char *text, size_t at, bool in_quotes)
{
    switch (text[at]) {
    case '\\':
        return true;
    case '*':
    case '?':
        return in_quotes || (at > 0 && text[at - 1] == '\\');
    default:
        return false;
    }
}

static void put_value(struct writer *writer, const char *text, size_t length, bool in_quotes)
{
    size_t start = 0;
    for (size_t i = 0; writer->wildcards && i < length; i++) {
        if (is_quoted(text, i, in_quotes)) {
            put(writer, text + start, i - start);
            put(writer, "\\", 1);
            start = i;
        }
    }
    put(writer, text + start, length - start);
}

/* Blanks at both ends separate nothing: x" a "y is xay. */
static void put_split(struct writer *writer, const char *text)
{
    text += strspn(text, blanks);
    while (*text != '\0') {
        size_t length = strcspn(text, blanks);
        put_value(writer, text, length, false);
        text += length;
        text += strspn(text, blanks);
        if (*text != '\0') {
            end_word(writer);
        }
    }
}

static void put_words(struct writer *writer, const char *value, bool quoted)
{
    if (value == NULL) {
        return;
    }
    if (quoted) {
        put_value(writer, value, strlen(value), true);
    } else {
        put_split(writer, value);
    }
}

/* $*, $@: between two parameters, a word ends, but not in "$*". */
static void put_parameters(struct writer *writer, const struct scope *scope, bool quoted, char name)
{
    for (size_t i = 1; i <= scope->count; i++) {
        if (i > 1 && quoted && name == '*') {
            put(writer, " ", 1);
        } else if (i > 1) {
            end_word(writer);
        }
        put_words(writer, scope->words[i], quoted);
    }
}

static void put_number(struct writer *writer, int number)
{
    char text[16];
    int length = snprintf(text, sizeof text, "%d", number);
    put(writer, text, (size_t)length);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* $1, $2 ...; there is no $0. */
static const char *parameter(const struct scope *scope, const char *name)
{
    uint64_t number;
    bool good = scope != NULL && decimal_parse(name, scope->count, &number) && number > 0;
    return good ? scope->words[number] : NULL;
}

static void put_variable(struct writer *writer, const struct script *script,
                         const struct part *part)
{
    const char *name = part->text;
    bool quoted = part->kind == PART_QUOTED_VARIABLE;
    if (strcmp(name, "?") == 0) {
        put_number(writer, script->status);
    } else if (is_digit(name[0])) {
        put_words(writer, parameter(script->scope, name), quoted);
    } else if (name[0] != '#' && name[0] != '*' && name[0] != '@') {
        put_words(writer, variables_get(&script->variables, name), quoted);
    } else if (script->scope != NULL && name[0] == '#') {
        put_number(writer, (int)script->scope->count);
    } else if (script->scope != NULL) {
        put_parameters(writer, script->scope, quoted, name[0]);
    }
}

static void put_word(struct writer *writer, const struct script *script, const struct word *word)
{
    for (const struct part *part = word->parts; part != NULL; part = part->next) {
        if (part->kind == PART_TEXT) {
            put(writer, part->text, strlen(part->text));
        } else if (part->kind == PART_QUOTED) {
            put_value(writer, part->text, strlen(part->text), true);
        } else {
            put_variable(writer, script, part);
        }
    }
    end_word(writer);
}

static int list_words(struct script *script, const struct writer *writer, struct expanded *expanded)
{
    const char *text = writer->text;
    expanded->words = arena_array(&script->scratch, writer->count + 1, sizeof *expanded->words);
    if (expanded->words == NULL) {
        return ERR_TOO_LARGE;
    }
    for (size_t i = 0; i < writer->count; i++) {
        expanded->words[i] = text;
        text += strlen(text) + 1;
    }
    expanded->count = writer->count;
    expanded->size = writer->length;
    return 0;
}

/* The paths that a word stands for, or itself. NULL: there is no room. */
static int replace_word(struct script *script, char *word, struct path **paths)
{
    int error = wildcards_are_in(word) ? wildcards_expand(script, word, paths) : 0;
    if (error != 0 || *paths != NULL) {
        return error;
    }
    *paths = arena_alloc(&script->scratch, sizeof **paths);
    if (*paths == NULL) {
        return ERR_TOO_LARGE;
    }
    wildcards_unescape(word);
    (*paths)->text = word;
    return 0;
}

static int list_paths(struct script *script, const struct path *path, struct expanded *expanded)
{
    size_t count = 0;
    for (const struct path *p = path; p != NULL; p = p->next) {
        count++;
    }
    *expanded = (struct expanded){
        .words = arena_array(&script->scratch, count + 1, sizeof *expanded->words), .count = count};
    if (expanded->words == NULL) {
        return ERR_TOO_LARGE;
    }
    for (size_t i = 0; i < count; i++, path = path->next) {
        expanded->words[i] = path->text;
        expanded->size += strlen(path->text) + 1;
    }
    return 0;
}

/* The same words, those with wildcards replaced. */
static int list_wildcards(struct script *script, const struct writer *writer,
                          struct expanded *expanded)
{
    struct path *first = NULL, **end = &first;
    char *word = writer->text;
    for (size_t i = 0; i < writer->count; i++) {
        char *next = word + strlen(word) + 1;
        int error = replace_word(script, word, end);
        if (error != 0) {
            return error;
        }
        while (*end != NULL) {
            end = &(*end)->next;
        }
        word = next;
    }
    return list_paths(script, first, expanded);
}

int expand_words(struct script *script, const struct word *word, struct expanded *expanded)
{
    struct writer writer = {.arena = &script->scratch,
                            .text = arena_alloc(&script->scratch, 1),
                            .wildcards = script->wildcards};
    *expanded = (struct expanded){0};
    if (writer.text == NULL) {
        return ERR_TOO_LARGE;
    }
    for (; word != NULL && writer.error == 0; word = word->next) {
        put_word(&writer, script, word);
    }
    if (writer.error != 0) {
        return writer.error;
    }
    return writer.wildcards ? list_wildcards(script, &writer, expanded)
                            : list_words(script, &writer, expanded);
}

/* ---- text that is no script ----------------------------------------------------------------- */

static void put_named(struct writer *writer, const struct variables *variables, const char *start,
                      size_t length)
{
    char name[64];
    if (length < sizeof name) { /* a longer one is never set */
        memcpy(name, start, length);
        name[length] = '\0';
        put_words(writer, variables_get(variables, name), true);
    }
}

/* What begins with a '$'; one without a name stands for itself. Returns what follows. */
static const char *put_dollar(struct writer *writer, const struct variables *variables,
                              const char *text)
{
    bool braced = text[1] == '{';
    const char *name = text + (braced ? 2 : 1);
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    if (length == 0 || (braced && name[length] != '}')) {
        put(writer, text, 1);
        return text + 1;
    }
    put_named(writer, variables, name, length);
    return name + length + (braced ? 1 : 0);
}

char *expand_text(const struct variables *variables, const char *text, struct arena *arena)
{
    struct writer writer = {.arena = arena, .text = arena_alloc(arena, 1)};
    if (writer.text == NULL) {
        return NULL;
    }
    while (*text != '\0' && writer.error == 0) {
        size_t length = strcspn(text, "$");
        put(&writer, text, length);
        text += length;
        text = *text == '$' ? put_dollar(&writer, variables, text) : text;
    }
    writer.text[writer.length] = '\0';
    return writer.error == 0 ? writer.text : NULL;
}
