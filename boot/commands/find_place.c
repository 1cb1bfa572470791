/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search: GRUB 2's way to a file system.
 *
 *      search [--set[=VAR]] --fs-uuid|--label|--file [--hint=DEVICE]... NAME
 *      search --fs-uuid NAME --set VAR
 *      search --fs-uuid --set NAME
 *      search.fs_uuid NAME VAR [DEVICE]...
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "boot/commands/context.h"
#include "boot/device_name.h"
#include "lib/error.h"
#include "lib/log.h"

enum search_key { SEARCH_NOTHING, SEARCH_FILE, SEARCH_LABEL, SEARCH_UUID };

enum { HINTS = 8 /* that are looked at; more only make it slower */ };

struct wanted {
    enum search_key key;
    const char *name;
    const char *variable;       /* that gets the device's name; NULL: it is printed */
    const char *word_after_set; /* NULL: there was none */
    const char *hints[HINTS];
    size_t hint_count;
};

static bool matches(const struct context *context, struct place *place, const struct wanted *wanted)
{
    struct volume *volume = devices_searched(context->devices, place);
    struct node node;
    if (volume == NULL) {
        return false;
    }
    switch (wanted->key) {
    case SEARCH_FILE:
        return path_find(volume, wanted->name, &node, true) == 0;
    case SEARCH_LABEL:
        return strcmp(volume->label, wanted->name) == 0;
    case SEARCH_UUID:
        return volume->uuid[0] != '\0' && strcasecmp(volume->uuid, wanted->name) == 0;
    case SEARCH_NOTHING:
        break;
    }
    return false;
}

/* What a hint says is looked at first; a name that is none here ("ahci0,gpt2") is none. */
static struct place *find_by_hint(const struct context *context, const struct wanted *wanted)
{
    for (size_t i = 0; i < wanted->hint_count; i++) {
        char name[DEVICE_NAME_SIZE + 2];
        int length = snprintf(name, sizeof name, "(%s)", wanted->hints[i]);
        bool fits = length > 0 && (size_t)length < sizeof name;
        struct place *place =
            fits ? device_name_find(context->devices, name, (size_t)length) : NULL;
        if (place != NULL && matches(context, place, wanted)) {
            return place;
        }
    }
    return NULL;
}

static struct place *find(const struct context *context, const struct wanted *wanted)
{
    struct devices *devices = context->devices;
    struct place *hinted = find_by_hint(context, wanted);
    for (size_t i = 0; hinted == NULL && i < devices->count; i++) {
        if (i % DEVICES_AHEAD == 0) {
            devices_look_ahead(devices, i);
        }
        if (matches(context, &devices->places[i], wanted)) {
            return &devices->places[i];
        }
    }
    return hinted;
}

static int search(const struct context *context, const struct script_call *call,
                  const struct wanted *wanted)
{
    static const char *const keys[] = {[SEARCH_FILE] = "has the file",
                                       [SEARCH_LABEL] = "has the label",
                                       [SEARCH_UUID] = "has the UUID"};
    char name[DEVICE_NAME_SIZE], what[160];
    if (wanted->key == SEARCH_NOTHING || wanted->name == NULL) {
        return context_fail(context, ERR_INVALID,
                            "expected --fs-uuid, --label or --file, and a name");
    }
    struct place *place = find(context, wanted);
    if (place == NULL) {
        (void)snprintf(what, sizeof what, "no file system %s \"%.100s\"", keys[wanted->key],
                       wanted->name); /* it fits */
        return context_fail(context, ERR_NOT_FOUND, what);
    }
    device_name_of(place, name);
    if (wanted->variable != NULL) {
        return variables_set(&call->script->variables, wanted->variable, name);
    }
    (void)context_print(context, "%s", name);
    return 0;
}

/* ---- words ---------------------------------------------------------------------------------- */

static void add_hint(struct wanted *wanted, const char *hint)
{
    if (wanted->hint_count < HINTS) {
        wanted->hints[wanted->hint_count++] = hint;
    }
}

static bool is_option(const char *word, const char *letter, const char *name)
{
    return strcmp(word, letter) == 0 || strcmp(word, name) == 0;
}

/* Options of no meaning here are passed over: --no-floppy, hints for other firmware. */
static void take_option(struct wanted *wanted, const char *word)
{
    static const char set[] = "--set", hint[] = "--hint=";
    if (is_option(word, "-f", "--file")) {
        wanted->key = SEARCH_FILE;
    } else if (is_option(word, "-l", "--label")) {
        wanted->key = SEARCH_LABEL;
    } else if (is_option(word, "-u", "--fs-uuid")) {
        wanted->key = SEARCH_UUID;
    } else if (is_option(word, "-s", set)) {
        wanted->variable = "root";
    } else if (strncmp(word, "--set=", sizeof set) == 0) {
        wanted->variable = word + sizeof set;
    } else if (strncmp(word, hint, sizeof hint - 1) == 0) {
        add_hint(wanted, word + sizeof hint - 1);
    }
}

/* "--set VAR", "--hint DEVICE", "--hint-bios DEVICE": the next word belongs to it. */
static bool take_two(struct wanted *wanted, const char *word, const char *next)
{
    bool is_set = is_option(word, "-s", "--set");
    bool is_hint = strncmp(word, "--hint", 6) == 0 && strchr(word, '=') == NULL;
    if (next == NULL || next[0] == '-' || !(is_set || is_hint)) {
        return false;
    }
    if (is_set) {
        wanted->variable = wanted->word_after_set = next;
    } else if (strcmp(word, "--hint") == 0) {
        add_hint(wanted, next);
    }
    return true;
}

/* "search --fs-uuid --set UUID": without another name, it is no variable. */
static void find_name(struct wanted *wanted)
{
    if (wanted->name == NULL && wanted->word_after_set != NULL) {
        wanted->name = wanted->word_after_set;
        wanted->variable = "root";
    }
}

int script_search(struct context *context, const struct script_call *call)
{
    struct wanted wanted = {0};
    for (size_t i = 1; i < call->count; i++) {
        const char *word = call->words[i];
        if (take_two(&wanted, word, call->words[i + 1])) {
            i++;
        } else if (word[0] == '-' && word[1] != '\0') {
            take_option(&wanted, word);
        } else if (wanted.name == NULL) {
            wanted.name = word;
        } else {
            add_hint(&wanted, word);
        }
    }
    find_name(&wanted);
    return search(context, call, &wanted);
}

static int search_short(const struct context *context, const struct script_call *call,
                        enum search_key key)
{
    struct wanted wanted = {.key = key,
                            .name = call->count > 1 ? call->words[1] : NULL,
                            .variable = call->count > 2 ? call->words[2] : NULL};
    for (size_t i = 3; i < call->count; i++) {
        add_hint(&wanted, call->words[i]);
    }
    return search(context, call, &wanted);
}

int script_search_file(struct context *context, const struct script_call *call)
{
    return search_short(context, call, SEARCH_FILE);
}

int script_search_label(struct context *context, const struct script_call *call)
{
    return search_short(context, call, SEARCH_LABEL);
}

int script_search_uuid(struct context *context, const struct script_call *call)
{
    return search_short(context, call, SEARCH_UUID);
}
