/* SPDX-License-Identifier: BSD-2-Clause */
/* The log's ring: its records between tail and head, and the operations in them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "fs/fs.h"

/* A place in the log: a record, and a byte of its data. */
struct log_place {
    uint32_t block, offset;
    uint32_t count; /* operations of the record that are past */
    uint32_t left;  /* blocks from there to the head */
};

struct log_operation {
    uint32_t transaction;
    uint8_t flags;
    uint64_t lsn; /* of its record */
    const uint8_t *bytes;
    uint32_t length;
};

struct xfs_log {
    struct volume *volume;
    uint64_t start; /* byte of the volume */
    uint32_t size;  /* blocks of 512 bytes, as all that follow */
    uint32_t head, tail;
    uint64_t loads; /* blocks that may still be read as parts of records: that comes to an end */
    bool damaged; /* a record before the head is, and was not one of the last: it is the head now */
    bool clean;   /* the last record says that it was unmounted */
    uint8_t uuid[16];
    uint8_t *record;                              /* the one that is loaded: headers, data */
    uint32_t record_at;                           /* its block; `size`: none is loaded */
    uint32_t headers, blocks, length, operations; /* its headers, all of it; bytes of data; count */
};

/*
 * Finds head and tail. Takes memory for a record from the arena, which is the caller's to give
 * back. Returns 0 or an error (logged, but for memory's).
 */
int log_open(struct xfs_log *, struct volume *, const uint8_t *super);

/* The oldest place. */
struct log_place log_begin(const struct xfs_log *);

/*
 * The operation at *place, which moves after it; its bytes are there until the next call. Returns
 * 1, 0 at the head, or an error (logged).
 */
int log_next(struct xfs_log *, struct log_place *, struct log_operation *);

/* Says that the log cannot be replayed, and why; returns ERR_CORRUPT. */
int log_wrong(const struct xfs_log *, const char *what);
