/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An image file or a block device as a disk, or what an NBD server has. It is opened for reading, and only read.
 */
#pragma once

#include "pvops/disk.h"

struct log;
struct nbd_disk;
struct waiter;

/* What is to be opened. */
struct host_image {
    const char *path; /* or an address, as nbd_disk.h has it */
    const char *
        format; /* of the image, as format.h names it; NULL: a file is looked at, a device is raw */
    uint64_t sector_size; /* bytes; 0: as a block device says, or 512 */
};

struct host_disk {
    struct disk disk;     /* first: a struct disk * is a struct host_disk * */
    int file;             /* -1: there is none, but */
    struct nbd_disk *nbd; /* this one */
    _Alignas(LARGEST_SECTOR) uint8_t bounce[LARGEST_SECTOR];
};

/*
 * Opens an image as disk number `index`; the host_disk is page-aligned memory. Returns 0 or an error
 * (logged).
 */
int host_disk_open(struct host_disk *, const struct host_image *, unsigned index, struct waiter *,
                   struct log *);

void host_disk_close(struct host_disk *);
