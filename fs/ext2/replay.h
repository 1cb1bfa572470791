/* SPDX-License-Identifier: BSD-2-Clause */
/* What a journal (fs/ext2/jbd2.h) holds that is not yet in place, as an overlay of the volume. */
#pragma once

#include <stdint.h>

#include "fs/fs.h"

/*
 * If the superblock says that the journal holds newer blocks, volume->source becomes what it would
 * be after its replay. Where that cannot be done, one line says why, and the volume is read as it
 * lies on disk. volume->private is set. Returns words for volume->details: ", journal replayed"; ""
 * where there is nothing to replay.
 */
const char *ext2_replay(struct volume *, const uint8_t *super);
