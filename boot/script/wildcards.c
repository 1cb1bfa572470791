/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/script/wildcards.h"

#include <string.h>

#include "lib/error.h"
#include "lib/wildcard.h"

/* ---- words ---------------------------------------------------------------------------------- */

/* Up to the first component with a wildcard, and that component: "/boot/" "vmlinuz-*" */
struct piece {
    const char *literal;
    size_t literal_length;
    size_t pattern_length; /* 0: there is none, all of it is literal */
};

static struct piece cut(const char *word)
{
    const char *end = word, *component = word;
    bool found = false;
    for (; *end != '\0' && !(found && *end == '/'); end++) {
        if (*end == '\\' && end[1] != '\0') {
            end++;
        } else if (*end == '*' || *end == '?') {
            found = true;
        } else if (*end == '/') {
            component = end + 1;
        }
    }
    component = found ? component : end;
    return (struct piece){.literal = word,
                          .literal_length = (size_t)(component - word),
                          .pattern_length = (size_t)(end - component)};
}

bool wildcards_are_in(const char *word)
{
    return (word[0] == '/' || word[0] == '(' || word[0] == '*') && cut(word).pattern_length > 0;
}

void wildcards_unescape(char *word)
{
    char *to = word;
    for (const char *from = word; *from != '\0'; from++) {
        from += from[0] == '\\' && from[1] != '\0' ? 1 : 0;
        *to++ = *from;
    }
    *to = '\0';
}

/* ---- paths ---------------------------------------------------------------------------------- */

/* Paths that grow by a piece of the word. */
struct growth {
    struct script_names names; /* first */
    struct script *script;
    struct piece piece;
    const char *folder; /* whose names are looked at; "": devices */
    struct path **end;  /* where the next path goes */
    int error;
};

static bool count(struct growth *growth, size_t steps)
{
    struct script *script = growth->script;
    if (steps > script->steps) {
        growth->error = ERR_LOOP;
        return false;
    }
    script->steps -= (unsigned)steps;
    return true;
}

static void add(struct growth *growth, const char *text)
{
    struct path *path = arena_alloc(&growth->script->scratch, sizeof *path);
    if (text == NULL || path == NULL) {
        growth->error = ERR_TOO_LARGE;
        return;
    }
    path->text = text;
    *growth->end = path;
    growth->end = &path->next;
}

/* "(*)" means partitions, too; '*' alone does not. */
static bool is_meant(const struct growth *growth, const char *name)
{
    const struct piece *piece = &growth->piece;
    const char *pattern = piece->literal + piece->literal_length;
    bool is_partition = growth->folder[0] == '\0' && strchr(name, ',') != NULL;
    return (!is_partition || pattern[0] == '(') &&
           wildcard_matches(pattern, piece->pattern_length, name);
}

static bool take_name(struct script_names *names, const char *name)
{
    struct growth *growth = (struct growth *)names;
    if (count(growth, 1) && is_meant(growth, name)) {
        add(growth, arena_format(&growth->script->scratch, "%s%s", growth->folder, name));
    }
    return growth->error == 0;
}

/* What has no folder, or none that is there, matches nothing. */
static void match(struct growth *growth, const char *folder)
{
    struct script_host *host = growth->script->host;
    growth->folder = folder;
    growth->names.take = take_name;
    host->names(host, folder[0] != '\0' ? folder : NULL, &growth->names);
}

/* The end of a word, without a wildcard: only what is there counts. */
static void keep(struct growth *growth, const char *text)
{
    struct script_host *host = growth->script->host;
    struct script_file file;
    bool wants_directory = text[0] != '\0' && text[strlen(text) - 1] == '/';
    if (host->file(host, text, &file) == 0 && (!wants_directory || file.is_directory)) {
        add(growth, text);
    }
}

static void grow_one(struct growth *growth, const struct path *path)
{
    struct arena *arena = &growth->script->scratch;
    const struct piece *piece = &growth->piece;
    char *literal = arena_copy(arena, piece->literal, piece->literal_length);
    if (literal == NULL) {
        growth->error = ERR_TOO_LARGE;
        return;
    }
    wildcards_unescape(literal);
    const char *text = arena_format(arena, "%s%s", path->text, literal);
    if (text == NULL) {
        growth->error = ERR_TOO_LARGE;
    } else if (piece->pattern_length > 0) {
        match(growth, text);
    } else {
        keep(growth, text);
    }
}

int wildcards_expand(struct script *script, const char *word, struct path **paths)
{
    struct path nothing = {.text = ""}, *before = &nothing;
    struct growth growth = {.script = script};
    while (*word != '\0' && before != NULL && growth.error == 0) {
        struct path *after = NULL;
        growth.piece = cut(word);
        growth.end = &after;
        for (; before != NULL && growth.error == 0 && count(&growth, SCRIPT_HOST_STEPS);
             before = before->next) {
            grow_one(&growth, before);
        }
        before = after;
        word += growth.piece.literal_length + growth.piece.pattern_length;
    }
    *paths = before;
    return growth.error;
}
