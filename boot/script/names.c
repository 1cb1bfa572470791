/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/script/names.h"

#include <stdint.h>
#include <string.h>

static size_t bucket_of(const char *name)
{
    uint32_t hash = 5381;
    for (; *name != '\0'; name++) {
        hash = hash * 33 + (uint8_t)*name;
    }
    return hash % NAMES_BUCKETS;
}

struct named *names_find(const struct names *names, const char *name)
{
    struct named *named = names->buckets[bucket_of(name)];
    while (named != NULL && strcmp(named->name, name) != 0) {
        named = named->next;
    }
    return named;
}

void names_add(struct names *names, struct named *named)
{
    struct named **bucket = &names->buckets[bucket_of(named->name)];
    named->next = *bucket;
    *bucket = named;
}

struct named *names_after(const struct names *names, const char *name)
{
    struct named *best = NULL;
    for (size_t i = 0; i < NAMES_BUCKETS; i++) {
        for (struct named *named = names->buckets[i]; named != NULL; named = named->next) {
            if ((name == NULL || strcmp(named->name, name) > 0) &&
                (best == NULL || strcmp(named->name, best->name) < 0)) {
                best = named;
            }
        }
    }
    return best;
}
