/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <string.h>

#include "lib/arena.h"
#include "lib/decimal.h"
#include "lib/error.h"
#include "menu/bls/bls.h"
#include "menu/bls/pairs.h"
#include "menu/bls/version.h"
#include "menu/grammar/lines.h"

/* ---- the file's name ------------------------------------------------------------------------ */

/* "ID+LEFT-DONE.conf" or "ID+LEFT.conf": the specification's chapter "Boot counting". */
static void cut_count(struct bls_entry *entry, char *id)
{
    char *plus = strrchr(id, '+');
    uint64_t left, done;
    if (plus == NULL) {
        return;
    }
    const char *count = plus + 1;
    size_t digits = decimal_begin(count, strlen(count), &left);
    const char *rest = count + digits;
    if (digits == 0 || left >= BLS_NO_COUNT ||
        (*rest != '\0' && (*rest != '-' || !decimal_parse(rest + 1, INT32_MAX, &done)))) {
        return;
    }
    *plus = '\0';
    entry->tries_left = (unsigned)left;
}

static int set_id(struct bls_entry *entry, const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    size_t length = strlen(name);
    if (length > 5 && strcmp(name + length - 5, ".conf") == 0) {
        length -= 5;
    }
    char *id = arena_copy(arena, name, length);
    if (id == NULL) {
        return ERR_NO_MEMORY;
    }
    entry->id = id;
    entry->tries_left = BLS_NO_COUNT;
    cut_count(entry, id);
    return 0;
}

/* ---- its lines ------------------------------------------------------------------------------ */

static const char **find_single(struct bls_entry *entry, const char *key)
{
    const struct {
        const char *key;
        const char **value;
    } singles[] = {
        {"title", &entry->title},
        {"version", &entry->version},
        {"machine-id", &entry->machine_id},
        {"sort-key", &entry->sort_key},
        {"architecture", &entry->architecture},
        {"linux", &entry->linux_path},
        {"grub_users", &entry->grub_users},
        {"grub_arg", &entry->grub_arg},
        {"grub_hotkey", &entry->grub_hotkey},
    };
    for (size_t i = 0; i < sizeof singles / sizeof singles[0]; i++) {
        if (strcmp(singles[i].key, key) == 0) {
            return singles[i].value;
        }
    }
    return NULL;
}

static struct bls_values *find_values(struct bls_entry *entry, const char *key)
{
    if (strcmp(key, "initrd") == 0) {
        return &entry->initrds;
    }
    return strcmp(key, "options") == 0 ? &entry->options : NULL;
}

static void take_pair(struct bls_entry *entry, const struct pair *pair)
{
    const char **single = find_single(entry, pair->key);
    struct bls_values *values = find_values(entry, pair->key);
    if (single != NULL) {
        *single = pair->value;
    } else if (values != NULL) {
        values->values[values->count++] = pair->value;
    } else if (strcmp(pair->key, "efi") == 0 || strcmp(pair->key, "uki") == 0) {
        entry->other = pair->key;
    }
}

int bls_parse_entry(struct bls_entry *entry, const char *path, const char *text, size_t length,
                    struct arena *arena)
{
    size_t count = pairs_count(text, length);
    struct pairs pairs;
    struct pair pair;
    *entry = (struct bls_entry){0};
    entry->initrds.values = arena_array(arena, count, sizeof *entry->initrds.values);
    entry->options.values = arena_array(arena, count, sizeof *entry->options.values);
    if (entry->initrds.values == NULL || entry->options.values == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = set_id(entry, path, arena);
    pairs_open(&pairs, text, length, arena);
    while (error == 0 && (error = pairs_next(&pairs, &pair)) == 0 && pair.key != NULL) {
        take_pair(entry, &pair);
    }
    return error;
}

/* ---- order ---------------------------------------------------------------------------------- */

static int compare_texts(const char *left, const char *right)
{
    return strcmp(left != NULL ? left : "", right != NULL ? right : "");
}

static int compare_versions(const char *left, const char *right)
{
    return version_compare(left != NULL ? left : "", right != NULL ? right : "");
}

int bls_compare_by_id(const struct bls_entry *left, const struct bls_entry *right)
{
    return version_compare_packages(right->id, left->id);
}

/* Those that have used up their tries, and those without a sort-key, come last. */
int bls_compare(const struct bls_entry *left, const struct bls_entry *right)
{
    int order = (left->tries_left == 0) - (right->tries_left == 0);
    if (order == 0) {
        order = (left->sort_key == NULL) - (right->sort_key == NULL);
    }
    if (order == 0 && left->sort_key != NULL) {
        order = compare_texts(left->sort_key, right->sort_key);
        if (order == 0) {
            order = compare_texts(left->machine_id, right->machine_id);
        }
        if (order == 0) {
            order = compare_versions(right->version, left->version);
        }
    }
    return order != 0 ? order : compare_versions(right->id, left->id);
}
