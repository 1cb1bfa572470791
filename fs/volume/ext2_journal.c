/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices of their own that journals of ext3 and ext4 lie on (mke2fs -O journal_dev). Nothing is made
 * of one: the file systems that name its UUID learn where their journal is.
 */
#include <stdio.h>
#include <string.h>

#include "fs/cache.h"
#include "fs/ext2/disk.h"
#include "fs/volume/assemble.h"
#include "fs/volume/member.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

/* Returns 0; ERR_UNKNOWN when there is no superblock with features; or an error of reading (logged). */
static int read_super(const struct partition *partition, struct cache *cache, uint8_t *super)
{
    const struct source *source = &partition->slice.source;
    if (!range_within(SUPER_OFFSET, SUPER_SIZE, source->size)) {
        return ERR_UNKNOWN;
    }
    int error = cache_read(cache, source, SUPER_OFFSET, super, SUPER_SIZE);
    if (error != 0) {
        return error;
    }
    return le16(super + S_MAGIC) == EXT2_MAGIC && le32(super + S_REV_LEVEL) > 0 ? 0 : ERR_UNKNOWN;
}

static bool is_journal(const uint8_t *super)
{
    return (le32(super + S_FEATURE_INCOMPAT) & INCOMPAT_JOURNAL_DEV) != 0;
}

static int recognise(const struct partition *partition, struct cache *cache, struct arena *arena,
                     struct member *member)
{
    uint8_t super[SUPER_SIZE], *uuid;
    int error = partition->divided ? ERR_UNKNOWN : read_super(partition, cache, super);
    if (error != 0 || !is_journal(super)) {
        return error != 0 ? error : ERR_UNKNOWN;
    }
    uuid = arena_alloc(arena, S_UUID_SIZE);
    if (uuid == NULL) {
        return ERR_NO_MEMORY;
    }
    memcpy(uuid, super + S_UUID, S_UUID_SIZE);
    for (size_t i = 0; i < S_UUID_SIZE; i++) {
        (void)snprintf(member->array + 2 * i, 3, "%02x", uuid[i]);
    }
    (void)snprintf(member->format, sizeof member->format, "an external journal");
    member->whole = "an ext3 or ext4 that is not there";
    member->private = uuid;
    return 0;
}

/* ---- whose it is ---------------------------------------------------------------------------- */

/* What cannot be read (logged) has none. */
static bool has_journal(const struct assembly *assembly, const struct partition *partition,
                        const uint8_t *uuid)
{
    uint8_t super[SUPER_SIZE];
    return partition->member == NULL && !partition->divided &&
           read_super(partition, assembly->cache, super) == 0 && !is_journal(super) &&
           (le32(super + S_FEATURE_COMPAT) & COMPAT_HAS_JOURNAL) != 0 &&
           le32(super + S_JOURNAL_INODE) == 0 &&
           memcmp(super + S_JOURNAL_UUID, uuid, S_UUID_SIZE) == 0;
}

/* Those in a list get it. Returns 0 or ERR_NO_MEMORY. */
static int give(const struct assembly *assembly, const struct partition_list *list,
                struct member *journal)
{
    for (struct partition *p = list->first; p != NULL; p = p->next) {
        if (!has_journal(assembly, p, journal->private)) {
            continue;
        }
        p->journal = &journal->partition->slice.source;
        journal->whole = arena_format(assembly->arena, "%s", p->slice.source.name);
        if (journal->whole == NULL) {
            return ERR_NO_MEMORY;
        }
    }
    return 0;
}

/* Of several with one UUID, which are copies, the first one counts. */
static int report_copies(const struct assembly *assembly, const struct member *journal)
{
    for (struct member *m = NULL; (m = assembly_next(assembly, journal, m)) != NULL;) {
        if (m == journal) {
            continue;
        }
        const char *name = journal->partition->slice.source.name;
        m->whole = arena_format(assembly->arena, "%s, left out: %s is another one of its UUID",
                                journal->whole, name);
        if (m->whole == NULL) {
            return ERR_NO_MEMORY;
        }
        log_line(assembly->log, "%s: %s of %s", m->partition->slice.source.name, m->format,
                 m->whole);
    }
    return 0;
}

static int give_to_all(struct assembly *assembly, struct member *journal)
{
    int error = 0;
    for (size_t i = 0; error == 0 && i < assembly->list_count; i++) {
        error = give(assembly, &assembly->lists[i], journal);
    }
    for (const struct logical_disk *d = assembly->disks; error == 0 && d != NULL; d = d->next) {
        error = give(assembly, &d->partitions, journal);
    }
    return error != 0 ? error : report_copies(assembly, journal);
}

const struct member_type ext2_journal_type = {
    .recognise = recognise, .assemble = give_to_all, .is_file_system = true};
