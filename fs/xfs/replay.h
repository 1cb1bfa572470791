/* SPDX-License-Identifier: BSD-2-Clause */
/* What a log (fs/xfs/xlog.h) holds that is not yet in place, as an overlay of the volume. */
#pragma once

#include <stdint.h>

#include "fs/fs.h"

/*
 * If the file system was not unmounted, volume->source becomes what it would be after its log's
 * replay, and the file system's `patches` and `remaps` what is changed by that. Where that cannot be done, one
 * line says why, and the volume is read as it lies on disk. volume->private is set. *clean says
 * whether there was nothing to replay. Returns words for volume->details: ", log replayed"; ""
 * where there is nothing to replay.
 */
const char *xfs_replay(struct volume *, const uint8_t *super, bool *clean);
