/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A journal (fs/ext2/jbd2.h) as blocks: where they are, whether they are whole, and which come
 * next.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fs/fs.h"

struct journal {
    struct volume *volume;
    struct node node;            /* the journal's file, or ... */
    const struct source *device; /* ... the device that it has of its own; NULL: it has none */
    uint64_t size;               /* bytes of either */
    uint32_t block_size;
    uint32_t super;      /* the block that its superblock is in */
    uint32_t first, end; /* blocks of the ring: its first, and the one past its last */
    uint32_t start;      /* the block with which the oldest transaction begins; 0: there is none */
    uint32_t sequence;   /* its number */
    bool is_64bit, has_checksums, has_v3, has_fast_commits;
    uint32_t uuid_sum; /* with which checksums begin */
    uint8_t *block;    /* the journal's own one that was read last */
};

/* A place in the ring. */
struct journal_place {
    uint32_t block;
    uint32_t left; /* blocks until all that there can be has been passed */
};

/*
 * Opens the journal in inode `number`, or on a device of its own, where that is not NULL. Returns 0 or an
 * error (logged).
 */
int journal_open(struct journal *, struct volume *, uint32_t number, const struct source *device);

/* Where the oldest transaction begins. */
struct journal_place journal_start(const struct journal *);

/* Moves on by one block, of those that are left. */
void journal_pass(const struct journal *, struct journal_place *);

/*
 * The byte of the volume, or of the device, at which a block of the journal lies. Returns 0 or an error
 * (logged).
 */
int journal_where(struct journal *, uint32_t block, uint64_t *offset);

/* Reads a block into journal->block. Returns 0 or an error (logged). */
int journal_read(struct journal *, uint32_t block);

/*
 * Reads one of the journal's own blocks into journal->block. Returns its type, or 0 when it is none
 * of transaction `sequence`; *whole is whether its checksum is right, and true where there is none.
 * Or an error (logged).
 */
int journal_read_header(struct journal *, uint32_t block, uint32_t sequence, bool *whole);

/*
 * Does a block that the descriptor in journal->block lists have the checksum that its tag says?
 * Always, where the journal has no checksums. Returns 0 or an error of reading (logged).
 */
int journal_check_listed(struct journal *, uint32_t block, uint32_t checksum, bool *whole);

/* Bytes of a block that tags or revocations can fill: the checksum after them is not theirs. */
size_t journal_room(const struct journal *);

/* Says what is wrong with the journal, and returns ERR_CORRUPT. */
int journal_wrong(const struct journal *, const char *what);
