/* SPDX-License-Identifier: BSD-2-Clause */
/* ISO 9660, with Rock Ridge's names and links, Joliet's names, or its own. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "fs/fs.h"
#include "fs/iso9660/disk.h"

extern const struct fs_type iso9660_type;

/* What a mounted file system knows of itself. */
struct iso {
    uint32_t block_size; /* bytes */
    enum { ISO_PLAIN, ISO_JOLIET, ISO_ROCK_RIDGE } names;
    uint8_t skip; /* bytes of system use that are others' */
};

/* A directory record, which a node_id names by its place in bytes. */
struct iso_record {
    uint64_t place;
    uint8_t bytes[RECORD_MAX + 1];
};

/* What the driver's parts know of a node, in node->private. */
struct iso_node {
    uint64_t section; /* place of the record of that piece of the file that map() found last */
    uint64_t section_start; /* bytes, in the file */
    bool packed;            /* by zisofs */
};

_Static_assert(sizeof(struct iso_node) <= sizeof((struct node *)0)->private,
               "an iso_node fits into a node");

static inline const struct iso *iso_of(const struct volume *volume)
{
    return volume->private;
}

static inline struct iso_node *iso_node_of(const struct node *node)
{
    return (struct iso_node *)(uintptr_t)node->private;
}

/* The driver's parts; all return 0 or an error, logged. */
int iso_mount(struct volume *);
int iso_load(struct node *);
int iso_map(struct node *, uint64_t offset, struct extent *);
int iso_next(struct node *directory, uint64_t *cursor, struct dir_entry *);
int iso_lookup(struct node *directory, const char *name, struct dir_entry *);
int iso_link(struct node *, char *text);

/* Reads and checks the record at a place of the volume. */
int iso_record(const struct volume *, uint64_t place, struct iso_record *);

/* The place of the record that follows one, when that is not the last of its directory. */
uint64_t iso_after(const struct iso_record *);

static inline uint64_t iso_record_block(const struct iso_record *record)
{
    const uint8_t *p = record->bytes + R_BLOCK;
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24;
}

/*
 * Entries of a record's system use, one after the other, through the areas that they continue in.
 * `left` bounds their number.
 */
struct iso_use {
    const struct volume *volume;
    uint64_t at, end;        /* bytes, on the volume */
    uint64_t next, next_end; /* where they continue; 0: nowhere */
    unsigned left;
    uint8_t entry[RECORD_MAX + 1];
};

void iso_use_begin(struct iso_use *, const struct volume *, const struct iso_record *,
                   unsigned skip);

/* The next entry into use->entry. Returns 1, 0 at the end, or an error (logged). */
int iso_use_next(struct iso_use *);

/* Is it this kind of entry? */
bool iso_use_is(const struct iso_use *, const char signature[2]);
