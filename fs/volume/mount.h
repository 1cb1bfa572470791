/* SPDX-License-Identifier: BSD-2-Clause */
/* Mounting what a partition holds, where it is not one file system's mark alone that is on it. */
#pragma once

#include "fs/fs.h"

struct partition;

/*
 * As volume_mount(), but the partition's type is asked where ext and FFS can both be meant: making
 * one leaves the other's superblock in place. That both fit is logged; where one of them is damaged,
 * the other counts.
 */
int partition_mount(struct volume *, const struct partition *, struct cache *, struct arena *,
                    struct log *);
