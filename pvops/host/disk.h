/* SPDX-License-Identifier: BSD-2-Clause */
/* A raw image file or a block device as a disk. It is opened for reading, and only read. */
#pragma once

#include <stdbool.h>

#include "pvops/disk.h"

struct log;
struct nbd_disk;
struct waiter;

struct host_disk {
    struct disk disk;     /* first: a struct disk * is a struct host_disk * */
    int file;             /* -1: there is none */
    bool is_file;         /* and no block device */
    const char *format;   /* "raw"; image.c knows others */
    struct nbd_disk *nbd; /* image.c's */
    _Alignas(LARGEST_SECTOR) uint8_t bounce[LARGEST_SECTOR];
};

/*
 * Opens `path` as disk number `index`; the host_disk is page-aligned memory. `sector_size`: bytes; 0:
 * as a block device says, or 512. Returns 0 or an error (logged): there is nothing to close.
 */
int host_disk_open(struct host_disk *, const char *path, unsigned index, uint64_t sector_size,
                   struct waiter *, struct log *);

void host_disk_close(struct host_disk *);

/*
 * For who reads in another way (image.c): a disk that is not open yet, and its size and sectors, in bytes. Returns 0, or
 * ERR_INVALID (logged) for sectors that no disk has.
 */
void host_disk_begin(struct host_disk *, const char *path, unsigned index, struct waiter *);
int host_disk_measure(struct host_disk *, const char *path, uint64_t size, uint64_t sector_size,
                      struct log *);
