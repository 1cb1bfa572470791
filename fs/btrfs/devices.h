/* SPDX-License-Identifier: BSD-2-Clause */
/* btrfs as others see it: a driver, and how it is mounted on several devices. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "fs/fs.h"

extern const struct fs_type btrfs_type;

/* One of the devices of a file system. */
struct btrfs_device {
    uint64_t id;
    uint8_t uuid[16];
    const struct source *source;
};

/* Those that are there; the superblock of the first one is the newest. */
struct btrfs_devices {
    size_t count;
    const struct btrfs_device *devices;
};

/* As a driver's mount(), of a file system on these devices, which stay the caller's. */
int btrfs_mount_devices(struct volume *, const struct btrfs_devices *);

/*
 * The newest superblock of a device, of those copies that are whole, into super[SUPER_SIZE]; *copy is
 * its number. Returns 0; ERR_UNKNOWN where the first copy has no mark; ERR_CORRUPT, not logged,
 * where no copy is whole; or an error of reading (logged).
 */
int btrfs_find_super(const struct source *, struct cache *, uint8_t *super, unsigned *copy);
