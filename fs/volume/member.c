/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/volume/member.h"

#include <stdio.h>

#include "fs/btrfs/disk.h"
#include "fs/cache.h"
#include "fs/volume/md.h"
#include "fs/volume/raidframe.h"
#include "lib/arena.h"
#include "lib/error.h"

enum {
    AHEAD = 8, /* partitions whose marks are fetched side by side */
    MARKS = 5, /* places in each */
};

static const struct member_type *const types[] = {&raidframe_type, &md_type, &lvm_type,
                                                  &btrfs_member_type, &ext2_journal_type};

enum { TYPE_COUNT = sizeof types / sizeof types[0] };

/* Where the formats look: at the beginning, for btrfs after 64 KiB, and for md at the end. */
static void fetch_marks(struct cache *cache, const struct partition *first)
{
    struct cache_place places[MARKS * AHEAD];
    size_t count = 0;
    for (const struct partition *p = first; p != NULL && count <= MARKS * (AHEAD - 1);
         p = p->next) {
        const struct source *source = &p->slice.source;
        places[count++] = (struct cache_place){source, 0};
        places[count++] = (struct cache_place){source, SUPER_PLACE};
        places[count++] = (struct cache_place){source, md_place_0_90(source->size)};
        places[count++] = (struct cache_place){source, md_place_1_0(source->size)};
        if (raidframe_may_be(p)) {
            places[count++] = (struct cache_place){source, COMPONENT_LABEL};
        }
    }
    cache_fetch(cache, places, count);
}

static int recognise(struct partition *partition, struct cache *cache, struct arena *arena,
                     struct member *member)
{
    int error = ERR_UNKNOWN;
    if (partition->content == CONTENT_PARTITIONS) {
        return error; /* its end is that of the last logical one */
    }
    if (partition->devices != NULL) {
        return error; /* it begins as the first of them does */
    }
    for (size_t i = 0; error == ERR_UNKNOWN && i < TYPE_COUNT; i++) {
        *member = (struct member){.type = types[i], .partition = partition};
        error = types[i]->recognise(partition, cache, arena, member);
    }
    return error;
}

static void append(struct member **members, struct member *member)
{
    while (*members != NULL) {
        members = &(*members)->next;
    }
    *members = member;
}

/* A copy that stays. Returns 0 or ERR_NO_MEMORY. */
static int keep(struct member **members, struct partition *partition, const struct member *found,
                struct arena *arena)
{
    partition->member = arena_alloc(arena, sizeof *partition->member);
    if (partition->member == NULL) {
        return ERR_NO_MEMORY;
    }
    *partition->member = *found;
    append(members, partition->member);
    return 0;
}

int members_find(struct member **members, const struct partition_list *list, unsigned depth,
                 struct cache *cache, struct arena *arena)
{
    size_t index = 0;
    for (struct partition *p = list->first; p != NULL; p = p->next) {
        struct member found;
        if (index++ % AHEAD == 0) {
            fetch_marks(cache, p);
        }
        int error = recognise(p, cache, arena, &found);
        if (error == 0) {
            found.sector_size = list->sector_size;
            found.depth = depth;
            error = keep(members, p, &found, arena);
        }
        if (error == ERR_NO_MEMORY) {
            return error;
        }
    }
    return 0; /* others are none, or cannot be read, which is logged */
}

void member_describe(const struct member *member, char text[MEMBER_TEXT_SIZE])
{
    if (member->whole != NULL) {
        (void)snprintf(text, MEMBER_TEXT_SIZE, "%s of %s", member->format, member->whole);
    } else if (member->newer != NULL) {
        (void)snprintf(text, MEMBER_TEXT_SIZE, "%s, older than %s of the same array",
                       member->format, member->newer->partition->slice.source.name);
    } else {
        (void)snprintf(text, MEMBER_TEXT_SIZE, "%s, which pvboot does not read", member->format);
    }
}
