/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/complete.h"

#include <string.h>
#include <strings.h>

#include "boot/commands/commands.h"
#include "boot/devices.h"
#include "boot/script/builtins.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

enum { CANDIDATE_LIMIT = 1024 };

struct search {
    struct completion *completion;
    struct arena *arena;
    const char *typed; /* what candidates begin with */
    bool ignore_case;
    int error;
};

static bool begins(const struct search *search, const char *name)
{
    size_t length = strlen(search->typed);
    return (search->ignore_case ? strncasecmp(name, search->typed, length)
                                : strncmp(name, search->typed, length)) == 0;
}

/* Adds `name` and what ends it, if it begins as what is typed. */
static void offer(struct search *search, const char *name, const char *end)
{
    struct completion *completion = search->completion;
    if (search->error != 0 || completion->count == CANDIDATE_LIMIT || !begins(search, name)) {
        return;
    }
    const char *candidate = arena_format(search->arena, "%s%s", name, end);
    if (candidate == NULL) {
        search->error = ERR_NO_MEMORY;
        return;
    }
    completion->candidates[completion->count++] = candidate;
}

/* ---- kinds of words ------------------------------------------------------------------------- */

static void offer_commands(struct search *search)
{
    for (size_t i = 0; i < command_type_count; i++) {
        if (command_is_known(&command_types[i])) {
            offer(search, command_types[i].name, " ");
        }
    }
}

static void offer_script(struct search *search, const struct script *script)
{
    const struct named *function = NULL;
    for (const struct builtin *builtin = builtins; builtin->name != NULL; builtin++) {
        if (command_find(builtin->name) == NULL) {
            offer(search, builtin->name, " ");
        }
    }
    while ((function = names_after(&script->functions, function != NULL ? function->name : NULL)) !=
           NULL) {
        offer(search, function->name, " ");
    }
}

/* "$name" or "${name": what is typed of the name begins at `name`. */
static void offer_variables(struct search *search, const char *name, const struct script *script)
{
    const struct variable *variable = NULL;
    const char *end = name[0] == '{' ? "}" : "";
    search->typed = name + (name[0] == '{' ? 1 : 0);
    while ((variable = variables_after(&script->variables,
                                       variable != NULL ? variable->named.name : NULL)) != NULL) {
        offer(search, variable->named.name, end);
    }
}

static void offer_devices(struct search *search, const struct devices *devices)
{
    for (size_t i = 0; i < devices->count; i++) {
        offer(search, devices->places[i].partition->slice.source.name, "/");
    }
}

static void offer_entries(struct search *search, struct node *directory)
{
    struct volume *volume = directory->volume;
    struct dir_entry *entry = arena_alloc(search->arena, sizeof *entry);
    uint64_t cursor = 0;
    search->ignore_case = volume->ignore_case;
    while (entry != NULL && volume->type->next(directory, &cursor, entry) > 0) {
        struct node node;
        if (begins(search, entry->name) && node_load(volume, entry->id, &node) == 0) {
            offer(search, entry->name, node.type == NODE_DIRECTORY ? "/" : " ");
        }
    }
}

/* "DIRECTORY/typed": the directory is looked up, what is typed in it completed. */
static void offer_paths(struct search *search, const char *word, struct devices *devices,
                        struct place *root)
{
    const char *slash = strrchr(word, '/'), *rest;
    size_t length = slash == NULL ? 0 : (size_t)(slash - word) + 1;
    const char *directory = arena_copy(search->arena, word, length);
    struct place *place =
        directory == NULL ? NULL : devices_resolve(devices, root, directory, &rest);
    struct volume *volume = place == NULL ? NULL : devices_volume(devices, place);
    struct node node;
    search->typed = word + length;
    if (volume != NULL && path_find(volume, rest, &node, true) == 0 &&
        node.type == NODE_DIRECTORY) {
        offer_entries(search, &node);
    }
}

/* ---- the whole ------------------------------------------------------------------------------ */

/* How many bytes two candidates have in common. */
static size_t common(const char *a, const char *b, size_t length)
{
    size_t same = 0;
    while (same < length && a[same] == b[same]) {
        same++;
    }
    return same;
}

static const char *addition(const struct search *search)
{
    const struct completion *completion = search->completion;
    size_t typed = strlen(search->typed);
    if (completion->count == 0) {
        return "";
    }
    const char *first = completion->candidates[0];
    size_t length = strlen(first);
    for (size_t i = 1; i < completion->count; i++) {
        length = common(first, completion->candidates[i], length);
    }
    return length <= typed ? "" : arena_copy(search->arena, first + typed, length - typed);
}

static void drop_line(struct log *log, const char *text)
{
    (void)log;
    (void)text;
}

/* Does a command begin after the `length` bytes of `text`? */
static bool begins_statement(const char *text, size_t length)
{
    static const char *const words[] = {"then", "do", "else", "elif", "if", "while", "until"};
    while (length > 0 && text[length - 1] == ' ') {
        length--;
    }
    size_t start = length;
    while (start > 0 && text[start - 1] != ' ') {
        start--;
    }
    bool is_one = length == 0 || strchr(";{!", text[length - 1]) != NULL;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t size = strlen(words[i]);
        is_one = is_one || (length - start == size && strncmp(text + start, words[i], size) == 0);
    }
    return is_one;
}

/* After the last '$' of a word whose variable's name has not ended; or NULL. */
static const char *variable_in(const char *word)
{
    const char *dollar = strrchr(word, '$');
    const char *name = dollar != NULL ? dollar + 1 + (dollar[1] == '{' ? 1 : 0) : NULL;
    return name != NULL && name[strcspn(name, "}/()\"'")] == '\0' ? dollar + 1 : NULL;
}

int complete(struct completion *completion, const char *text, size_t length,
             struct devices *devices, struct place *root, const struct script *script,
             struct arena *arena)
{
    size_t start = length;
    while (start > 0 && text[start - 1] != ' ') {
        start--;
    }
    bool is_first = begins_statement(text, start);
    char *word = arena_copy(arena, text + start, length - start);
    *completion = (struct completion){
        .candidates = arena_array(arena, CANDIDATE_LIMIT, sizeof *completion->candidates)};
    struct search search = {.completion = completion, .arena = arena, .typed = word};
    if (word == NULL || completion->candidates == NULL) {
        return ERR_NO_MEMORY;
    }
    struct log nobody = {.line = drop_line}, *log = devices->log;
    const char *variable = script != NULL ? variable_in(word) : NULL;
    devices->log = &nobody; /* a device that there is not is no error yet */
    if (variable != NULL) {
        offer_variables(&search, variable, script);
    } else if (is_first) {
        offer_commands(&search);
        if (script != NULL) {
            offer_script(&search, script);
        }
    } else if (word[0] == '(' && strchr(word, ')') == NULL) {
        offer_devices(&search, devices);
    } else {
        offer_paths(&search, word, devices, root);
    }
    devices->log = log;
    completion->addition = search.error == 0 ? addition(&search) : NULL;
    return completion->addition == NULL ? ERR_NO_MEMORY : 0;
}
