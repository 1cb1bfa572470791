/* SPDX-License-Identifier: BSD-2-Clause */
/* What a log (fs/ffs/wapbl.h) holds that is not yet in place, as an overlay of the volume. */
#pragma once

#include "fs/ffs/ffs.h"

/*
 * If the superblock says that the file system was not unmounted and has a log, volume->source
 * becomes what it would be after the log's replay. Where that cannot be done, one line says why,
 * and the volume is read as it lies on disk. Returns words for volume->details: ", log replayed";
 * "" where there is no log.
 */
const char *ffs_replay(struct volume *, const struct ffs *, const uint8_t *super);
