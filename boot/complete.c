/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/complete.h"

#include <string.h>
#include <strings.h>

#include "boot/commands/commands.h"
#include "boot/devices.h"
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
        if (command_types[i].run != NULL) {
            offer(search, command_types[i].name, " ");
        }
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

int complete(struct completion *completion, const char *text, size_t length,
             struct devices *devices, struct place *root, struct arena *arena)
{
    size_t start = length;
    while (start > 0 && text[start - 1] != ' ') {
        start--;
    }
    bool is_first = strspn(text, " ") >= start;
    char *word = arena_copy(arena, text + start, length - start);
    *completion = (struct completion){
        .candidates = arena_array(arena, CANDIDATE_LIMIT, sizeof *completion->candidates)};
    struct search search = {.completion = completion, .arena = arena, .typed = word};
    if (word == NULL || completion->candidates == NULL) {
        return ERR_NO_MEMORY;
    }
    struct log nobody = {.line = drop_line}, *log = devices->log;
    devices->log = &nobody; /* a device that there is not is no error yet */
    if (is_first) {
        offer_commands(&search);
    } else if (word[0] == '(' && strchr(word, ')') == NULL) {
        offer_devices(&search, devices);
    } else {
        offer_paths(&search, word, devices, root);
    }
    devices->log = log;
    completion->addition = search.error == 0 ? addition(&search) : NULL;
    return completion->addition == NULL ? ERR_NO_MEMORY : 0;
}
