/* SPDX-License-Identifier: BSD-2-Clause */
/* An image file or a block device as a disk. It is opened for reading, and only read. */
#pragma once

#include "pvops/disk.h"

struct log;
struct waiter;

struct host_disk {
    struct disk disk; /* first: a struct disk * is a struct host_disk * */
    int file;
    _Alignas(LARGEST_SECTOR) uint8_t bounce[LARGEST_SECTOR];
};

/*
 * Opens `path` as disk number `index`; the host_disk is page-aligned memory. `sector_size`: bytes; 0:
 * as a block device says, or 512. Returns 0 or an error (logged).
 */
int host_disk_open(struct host_disk *, const char *path, unsigned index, uint64_t sector_size,
                   struct waiter *, struct log *);

void host_disk_close(struct host_disk *);
