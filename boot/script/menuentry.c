/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/script/menuentry.h"

#include <string.h>

#include "lib/decimal.h"
#include "lib/error.h"
#include "menu/grub_cfg/parse.h"

struct option {
    const char *name;
    const char **value; /* where it goes; NULL: nowhere */
};

/* "--NAME VALUE" or "--NAME=VALUE" at words[*at]: takes it. False: it is no such option. */
static bool take_option(const struct script_call *call, size_t *at, const struct option *option)
{
    const char *word = call->words[*at];
    size_t length = strlen(option->name);
    const char *value = NULL;
    if (strncmp(word, option->name, length) != 0) {
        return false;
    }
    if (word[length] == '=') {
        value = word + length + 1;
    } else if (word[length] == '\0' && *at + 1 < call->count) {
        value = call->words[++*at];
    }
    if (value != NULL && option->value != NULL) {
        *option->value = value;
    }
    return value != NULL;
}

static bool take_any(const struct script_call *call, size_t *at, struct menuentry *entry)
{
    const struct option options[] = {{"--class", NULL},
                                     {"--id", &entry->id},
                                     {"--users", &entry->users},
                                     {"--hotkey", &entry->hotkey}};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (take_option(call, at, &options[i])) {
            return true;
        }
    }
    if (strcmp(call->words[*at], "--unrestricted") == 0) {
        entry->unrestricted = true;
        return true;
    }
    return false;
}

/* Sorts the words into options, and the title and what follows it. */
static int sort_words(const struct script_call *call, struct menuentry *entry, const char **words)
{
    bool options = true;
    words[entry->count++] = call->words[0];
    for (size_t at = 1; at < call->count; at++) {
        bool is_option = options && strncmp(call->words[at], "--", 2) == 0;
        if (is_option && call->words[at][2] == '\0') {
            options = false;
        } else if (!is_option) {
            words[entry->count++] = call->words[at];
        } else if (!take_any(call, &at, entry)) {
            return script_fail(call, ERR_INVALID,
                               "one of its options is not known, or has no value");
        }
    }
    return 0;
}

static bool copy_text(const char **text, struct arena *arena)
{
    if (*text != NULL) {
        *text = arena_copy(arena, *text, strlen(*text));
        return *text != NULL;
    }
    return true;
}

/* The call's words go when the command has run. */
static int copy_words(struct menuentry *entry, const char **words, struct arena *arena)
{
    bool good = copy_text(&entry->id, arena) && copy_text(&entry->users, arena) &&
                copy_text(&entry->hotkey, arena);
    for (size_t i = 0; good && i < entry->count; i++) {
        good = copy_text(&words[i], arena);
    }
    entry->words = words;
    return good ? 0 : ERR_NO_MEMORY;
}

static bool is_block(const char *word)
{
    size_t length = strlen(word);
    return length > 1 && word[0] == '{' && word[length - 1] == '}';
}

/* What a function was called with, it hands on as a word: `menuentry "$@"`. */
static int parse_last_word(const struct script_call *call, struct menuentry *entry,
                           const char **words, struct arena *arena)
{
    const struct statement *statement = call->statement;
    const char *word = words[entry->count - 1];
    if (entry->count < 3 || !is_block(word)) {
        return script_fail(call, ERR_INVALID, "expected what it does, in braces");
    }
    struct block *block = arena_alloc(arena, sizeof *block);
    size_t length = strlen(word) - 2;
    const char *text = arena_copy(arena, word + 1, length);
    const char *name = arena_format(arena, "%s:%u: block", statement->file, statement->line);
    if (block == NULL || text == NULL || name == NULL) {
        return ERR_NO_MEMORY;
    }
    *block = (struct block){.text = text, .length = length};
    entry->block = block;
    words[--entry->count] = NULL;
    return grub_cfg_parse(&block->body, name, text, length, arena, call->script->log);
}

int menuentry_parse(const struct script_call *call, struct menuentry *entry, struct arena *arena)
{
    const char **words = arena_array(arena, call->count + 1, sizeof *words);
    *entry = (struct menuentry){.is_submenu = strcmp(call->words[0], "submenu") == 0,
                                .block = call->block};
    if (words == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = sort_words(call, entry, words);
    if (error != 0) {
        return error;
    }
    if (entry->count < 2) {
        return script_fail(call, ERR_INVALID, "expected a title");
    }
    error = entry->block == NULL ? parse_last_word(call, entry, words, arena) : 0;
    return error != 0 ? error : copy_words(entry, words, arena);
}

/* ---- paths to entries ----------------------------------------------------------------------- */

/* What follows a part that ends here; NULL: it does not end. */
static const char *after_part(const char *path)
{
    if (path[0] == '>' && path[1] != '>') {
        return path + 1;
    }
    return path[0] == '\0' ? path : NULL;
}

static const char *match_text(const char *text, const char *path)
{
    for (; text != NULL && *text != '\0'; text++, path++) {
        if (*text != *path || (*text == '>' && *++path != '>')) {
            return NULL;
        }
    }
    return text != NULL ? after_part(path) : NULL;
}

const char *menuentry_match(const struct menuentry *entry, size_t index, const char *path)
{
    uint64_t number;
    size_t digits = decimal_begin(path, strlen(path), &number);
    const char *rest = digits > 0 ? after_part(path + digits) : NULL;
    if (rest != NULL) {
        return number == index ? rest : NULL;
    }
    rest = match_text(entry->id, path);
    return rest != NULL ? rest : match_text(menuentry_title(entry), path);
}
