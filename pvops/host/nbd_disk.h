/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Disks that another program reads, over the NBD protocol, by libnbd: at an address of nbd(7)'s, or an image that qemu-nbd is
 * started for. They are only read.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log;
struct nbd_disk;

/* Is it an address, as "nbd+unix:///?socket=/run/disk"? */
bool nbd_disk_is_address(const char *path);

/* Connects. NULL, logged: that cannot be done. */
struct nbd_disk *nbd_disk_at(const char *address, struct log *);

/* Starts qemu-nbd for an image that has a format of qemu's. NULL, logged: that cannot be done. */
struct nbd_disk *nbd_disk_of_image(const char *path, const char *driver, struct log *);

/* NULL is closed already. A program that was started ends. */
void nbd_disk_close(struct nbd_disk *);

/* Bytes; or an error, not logged. */
int64_t nbd_disk_size(struct nbd_disk *);

/* Returns 0 or ERR_IO, not logged. */
int nbd_disk_read(struct nbd_disk *, uint64_t offset, void *buffer, size_t length);
