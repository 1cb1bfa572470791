/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The space of a file system: all its chunks, one after the other, as a source. Addresses are logical,
 * places are bytes of the space, which has no gaps.
 *
 *      addresses  |....[ chunk ]........[ chunk ][ chunk ]...|
 *                        |                |        |
 *      space           [ chunk | chunk    | chunk ]
 *
 * In a chunk, stripes are dealt to groups of devices, each of which has as many copies:
 *
 *      one group       single, DUP, RAID 1       | 0 ... |   | 0 ... |
 *      groups of one   RAID 0                    | 0 2 4 |   | 1 3 5 |
 *      groups of two   RAID 10                   | 0 2 4 |   | 0 2 4 |     | 1 3 5 |   | 1 3 5 |
 *      parity          RAID 5, 6                 fs/volume/parity.h
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "fs/source.h"
#include "fs/volume/parity.h"

struct leg;
struct volume;
struct btrfs_devices;

struct btrfs_chunk {
    uint64_t address, length; /* bytes */
    uint64_t place;
    uint64_t stripe_length; /* bytes */
    unsigned count;         /* legs */
    unsigned copies;        /* legs of a group; of parity 1 */
    unsigned parities;
    unsigned missing; /* of the legs */
    struct leg *legs;
};

struct btrfs_space {
    struct source source;
    const struct btrfs_devices *devices;
    struct btrfs_chunk *chunks; /* by their addresses */
    size_t count;
    uint64_t room;        /* bytes of the devices that no chunk has */
    bool lacks;           /* some chunks have no device that is there, and are not in it */
    struct parity parity; /* scratch for all chunks that have some */
    struct leg *legs;     /* likewise: PARITY_COLUMNS of them */
};

/*
 * Makes a space, named as volume->source, of the chunks in a superblock. Returns 0; ERR_NO_MEMORY;
 * or ERR_CORRUPT or ERR_UNSUPPORTED, logged.
 */
int btrfs_space_open(struct btrfs_space *, const struct volume *, const struct btrfs_devices *,
                     const uint8_t *super);

/* The same of those in the chunk tree, which is read in the space that volume->private has. */
int btrfs_space_load(struct btrfs_space *, const struct volume *, const struct btrfs_devices *,
                     const uint8_t *super);

/* For these two (chunk.c): an empty space, named and logging as this source. */
void btrfs_space_begin(struct btrfs_space *, const struct source *named);

/* Where `length` bytes from an address on lie in the space. False: in no chunk, or in two. */
bool btrfs_space_find(const struct btrfs_space *, uint64_t address, uint64_t length,
                      uint64_t *place);

/* Why they may lie nowhere, for messages. */
const char *btrfs_space_lack(const struct btrfs_space *);

/* In how many ways what lies at a place can be had. */
unsigned btrfs_space_copies(const struct btrfs_space *, uint64_t place);

/*
 * Reads bytes of one chunk in the way of this number, below btrfs_space_copies(): from one copy, or
 * worked out by parity as if what holds them were lost, and for RAID 6 one more leg too. Returns 0 or an error (logged where a device failed).
 */
int btrfs_space_read(const struct btrfs_space *, uint64_t place, void *buffer, size_t length,
                     unsigned number);
