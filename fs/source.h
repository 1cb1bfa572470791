/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A source: bytes that can be read at any offset. A disk, a partition, a file and a buffer are
 * sources, each lying over another:
 *
 *      file  "(hd0,1)/vmlinuz"  |0..........|hole|.....|
 *                                   |             \
 *      partition "(hd0,1)"      |...[==========]...[=====]....|
 *                                   |
 *      disk  "hd0"        |.........[==========].................|
 *
 * A source only says where() its bytes lie in the one below. Reading is written once (fs/transfer.c):
 * it resolves an offset down to a disk and keeps that disk's queue full, so a read through three
 * layers is still one request on the ring.
 *
 * Bytes that lie nowhere as they are to be read (unpacked, put together, worked out from others) are
 * EXTENT_MADE. The source that says so make()s them when transfer.c asks for them; whoever reads
 * sees no difference. A source that has its bytes more than once says where they lie and, as the
 * spare, who makes them should they not be readable there.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct arena;
struct disk;
struct log;
struct source;

/* Who makes the bytes of an extent, from `offset` on, should its disk fail; source NULL: nobody. */
struct spare {
    const struct source *source;
    uint64_t offset; /* bytes */
};

/*
 * A run of bytes and where it lies. The memory of an EXTENT_MEMORY belongs to the source that was
 * asked, which leaves it alone: it stays as it is for as long as that source can be read.
 */
struct extent {
    enum { EXTENT_ZERO, EXTENT_MEMORY, EXTENT_BELOW, EXTENT_MADE, EXTENT_DISK } kind;
    uint64_t length;            /* bytes from the offset that was asked for; never 0 */
    const uint8_t *memory;      /* EXTENT_MEMORY: the bytes */
    const struct source *below; /* EXTENT_BELOW: at `offset` of this source; _MADE: by its make() */
    struct disk *disk;          /* EXTENT_DISK: at `offset` of this disk */
    uint64_t offset;            /* bytes */
    struct spare spare;         /* EXTENT_BELOW, EXTENT_DISK */
};

struct source {
    const char *name; /* for messages: "(hd0,1)" or "(hd0,1)/boot/vmlinuz" */
    uint64_t size;    /* bytes */
    struct log *log;

    /*
     * Fills in the extent that holds byte `offset` (inside of `size`). It may reach past the
     * source's end: callers go through source_where, which cuts it. Returns 0 or an error that it
     * has logged.
     */
    int (*where)(const struct source *, uint64_t offset, struct extent *);

    /*
     * Puts `length` bytes from `offset` on, all of them in one extent of where(), into `buffer`.
     * It is asked for those of an EXTENT_MADE, and for those whose spare the source is. It can take long, for it may read: what it needs for that it has set aside, or
     * takes from an arena and gives back. Returns 0 or an error that it has logged. NULL: where()
     * never says so.
     */
    int (*make)(const struct source *, uint64_t offset, void *buffer, size_t length);
};

/* A source over a whole disk; `source` is the caller's memory. */
struct disk_source {
    struct source source;
    struct disk *disk;
};
void disk_source_open(struct disk_source *, struct disk *, struct log *);

/*
 * `length` bytes of `below` from `offset` on: a partition. Returns 0, or ERR_RANGE (logged) when
 * they are not all there.
 */
struct slice_source {
    struct source source;
    const struct source *below;
    uint64_t offset;
};
int slice_source_open(struct slice_source *, const struct source *below, uint64_t offset,
                      uint64_t length, const char *name);

/* A source over bytes in memory. */
struct memory_source {
    struct source source;
    const uint8_t *bytes;
};
void memory_source_open(struct memory_source *, const void *bytes, uint64_t size, const char *name,
                        struct log *);

/* where(), with bounds: ERR_RANGE (logged) past the end; the extent never reaches past the end. */
int source_where(const struct source *, uint64_t offset, struct extent *);

/* Follows where() down to anything but EXTENT_BELOW. */
int source_resolve(const struct source *, uint64_t offset, struct extent *);

/*
 * Reads `length` bytes from `offset` on into `buffer`, with as many requests in flight as the disks
 * take. All or nothing: returns 0, ERR_RANGE, ERR_IO, ERR_TIMEOUT or what where() returned, and has
 * logged why.
 */
int source_read(const struct source *, uint64_t offset, void *buffer, size_t length);
