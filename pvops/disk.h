/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A disk: several requests in flight. Only fs/transfer.c calls submit and wait;
 * everything above goes through a source (fs/source.h).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SECTOR_SIZE = 512
}; /* the unit of `offset` and `length` on every disk, whatever its own sectors are */

struct disk;

enum disk_kind { DISK_HARD, DISK_CDROM };

/* One read, or one write. The submitter owns it and its buffer until `done`. */
struct disk_request {
    uint64_t offset; /* bytes; a multiple of the disk's sector_size */
    size_t length;   /* bytes; likewise; at most the disk's max_request */
    void *buffer;    /* aligned to SECTOR_SIZE, in memory of an arena or of the program */
    bool write;      /* to the disk; only where it is not read_only */
    int status; /* once done: 0, ERR_IO (the device says no) or ERR_TIMEOUT (it says nothing) */
    bool done;
};

/* What a disk has been asked for: for traces, and for tests that count. */
struct disk_counters {
    uint64_t requests;
    uint64_t bytes;     /* read or written */
    uint64_t bounced;   /* bytes of them that were copied to their place, not read into it */
    uint64_t waited;    /* microseconds, for answers */
    unsigned in_flight; /* requests, now */
    unsigned deepest;   /* the most that were ever in flight */
};

struct disk {
    char name[8];    /* "hd0": as menus name it */
    unsigned number; /* 0 of "hd0": its place among all disks, of any kind */
    enum disk_kind kind;
    char device[16];               /* "xvda", or an image's file name: as its owner names it */
    uint64_t size;                 /* bytes */
    uint32_t sector_size;          /* bytes; the device's own, 512 to 4096 */
    size_t max_request;            /* bytes; the longest that one request can do */
    bool read_only;                /* a write is never submitted to it */
    unsigned queue_depth;          /* requests that can be in flight */
    struct disk_counters counters; /* `waited` is the driver's to count, the rest fs/transfer.c's */

    /*
     * Starts a request. Returns 0, ERR_BUSY (the queue is full: wait first) or ERR_IO (the disk is
     * dead).
     */
    int (*submit)(struct disk *, struct disk_request *);

    /*
     * Blocks until at least one request of this disk is done, and marks all that are. Returns 0, or
     * ERR_TIMEOUT after the disk has said nothing for too long: then it is dead, and all its
     * requests are done with that status.
     */
    int (*wait)(struct disk *);
};
