/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ids are places in the memory of a machine. What is done makes room for others. An id can come again: after that, or
 * before it when Linux crashes while it recovers; then the older one is done first.
 */
#include "fs/xfs/log_intents.h"

#include <string.h>

#include "fs/xfs/disk.h"
#include "fs/xfs/log_items.h"
#include "fs/xfs/remaps.h"
#include "fs/xfs/xfs.h"
#include "fs/xfs/xlog.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"

struct log_intent {
    struct key_entry entry; /* its id */
    struct log_intent *older, *newer;
    struct log_intent *next;      /* with the same id; or that is spare */
    struct log_intent *last_same; /* of the oldest with an id: the newest, or itself */
    uint8_t extent[XM_EXTENT_SIZE];
};

/* ---- which are not done --------------------------------------------------------------------- */

static struct log_intent *make(struct log_target *target)
{
    struct log_intents *intents = &target->intents;
    struct log_intent *intent = intents->spare;
    if (intent == NULL) {
        return arena_alloc(target->log->volume->arena, sizeof *intent);
    }
    intents->spare = intent->next;
    return intent;
}

static struct log_intent *find(const struct log_intents *intents, uint64_t id)
{
    return (struct log_intent *)key_tree_find(&intents->ids, id);
}

static void add(struct log_intents *intents, struct log_intent *intent)
{
    struct log_intent *same = find(intents, intent->entry.key);
    if (same == NULL) {
        intent->last_same = intent;
        key_tree_put(&intents->ids, &intent->entry);
    } else {
        same->last_same->next = intent;
        same->last_same = intent;
    }
    intent->older = intents->newest;
    *(intent->older != NULL ? &intent->older->newer : &intents->oldest) = intent;
    intents->newest = intent;
}

/* It is the oldest with its id. */
static void take_out(struct log_intents *intents, struct log_intent *intent)
{
    struct log_intent *same = intent->next;
    if (same == NULL) {
        key_tree_remove(&intents->ids, intent->entry.key);
    } else {
        same->last_same = intent->last_same;
        key_tree_put(&intents->ids, &same->entry);
    }
    *(intent->older != NULL ? &intent->older->newer : &intents->oldest) = intent->newer;
    *(intent->newer != NULL ? &intent->newer->older : &intents->newest) = intent->older;
    intent->next = intents->spare;
    intents->spare = intent;
}

int log_take_intent(struct log_target *target, const struct log_item *item)
{
    if (item->format_size != XM_SIZE || le32(item->format + XM_COUNT) != 1) {
        return log_wrong(target->log, "format of a mapping intent");
    }
    struct log_intent *intent = make(target);
    if (intent == NULL) {
        return ERR_NO_MEMORY;
    }
    *intent = (struct log_intent){.entry.key = le64(item->format + XM_ID)};
    memcpy(intent->extent, item->format + XM_EXTENT, XM_EXTENT_SIZE);
    add(&target->intents, intent);
    return 0;
}

/* There is none where it was done so long ago that the log does not begin with it. */
int log_take_done(struct log_target *target, const struct log_item *item)
{
    if (item->format_size != XM_DONE_SIZE) {
        return log_wrong(target->log, "format of a mapping intent that is done");
    }
    struct log_intent *intent = find(&target->intents, le64(item->format + XM_ID));
    if (intent != NULL) {
        take_out(&target->intents, intent);
    }
    return 0;
}

/* ---- carrying them out ---------------------------------------------------------------------- */

static bool are_flags(uint32_t flags)
{
    uint32_t type = flags & MAPPING_TYPE;
    return (flags & ~(MAPPING_TYPE | MAPPING_UNREAD | MAPPING_UNWRITTEN)) == 0 &&
           (type == MAPPING_MAP || type == MAPPING_UNMAP);
}

/* Are they blocks that a file can have? A group's first one has its superblock. */
static bool are_blocks(const struct xfs *xfs, uint64_t start, uint32_t count)
{
    uint64_t place, in_group = start & ((UINT64_C(1) << xfs->group_blocks_log) - 1);
    return in_group != 0 && xfs_find_blocks(xfs, start, count, &place);
}

/* The name of the first field that cannot be, or NULL. */
static const char *wrong_field(const struct xfs *xfs, const uint8_t *extent)
{
    uint64_t first = le64(extent + XM_FIRST), place;
    uint32_t count = le32(extent + XM_LENGTH);
    if (!xfs_find_inode(xfs, le64(extent + XM_INODE), &place)) {
        return "inode of a mapping intent";
    }
    if (count == 0 || !range_within(first, count, FILE_BLOCKS_LIMIT)) {
        return "place in a file of a mapping intent";
    }
    return are_blocks(xfs, le64(extent + XM_START), count) ? NULL : "blocks of a mapping intent";
}

static int carry_out(struct log_target *target, struct xfs_remaps *remaps, const uint8_t *extent)
{
    uint32_t flags = le32(extent + XM_FLAGS);
    if (!are_flags(flags)) {
        return log_wrong(target->log, "flags of a mapping intent");
    }
    if ((flags & MAPPING_UNREAD) != 0) {
        return 0;
    }
    const char *wrong = wrong_field(target->log->volume->private, extent);
    if (wrong != NULL) {
        return log_wrong(target->log, wrong);
    }
    bool has_data = (flags & MAPPING_TYPE) == MAPPING_MAP && (flags & MAPPING_UNWRITTEN) == 0;
    return remaps_put(remaps, le64(extent + XM_INODE), le64(extent + XM_FIRST),
                      le32(extent + XM_LENGTH), has_data ? le64(extent + XM_START) : 0);
}

int log_carry_out(struct log_target *target, struct xfs_remaps **remaps)
{
    const struct log_intent *intent = target->intents.oldest;
    *remaps = NULL;
    if (intent == NULL) {
        return 0;
    }
    *remaps = remaps_create(target->log->volume->arena);
    int error = *remaps != NULL ? 0 : ERR_NO_MEMORY;
    for (; error == 0 && intent != NULL; intent = intent->newer) {
        error = carry_out(target, *remaps, intent->extent);
    }
    return error;
}
