/* SPDX-License-Identifier: BSD-2-Clause */
/* An image of any format, a block device, or what an NBD server has, as a disk. It is only read. */
#pragma once

#include <stdint.h>

struct host_disk;
struct log;
struct waiter;

struct host_image {
    const char *path; /* or an address, as nbd_disk.h has it */
    const char *
        format; /* of the image, as format.h names it; NULL: a file is looked at, a device is raw */
    uint64_t sector_size; /* bytes; 0: as a block device says, or 512 */
};

/*
 * Opens an image as disk number `index`; the host_disk is page-aligned memory. Returns 0 or an error
 * (logged): there is nothing to close.
 */
int host_image_open(struct host_disk *, const struct host_image *, unsigned index, struct waiter *,
                    struct log *);
void host_image_close(struct host_disk *);
