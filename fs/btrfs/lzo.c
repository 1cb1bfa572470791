/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/btrfs/lzo.h"

#include <lzo/lzo1x.h>

#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"

enum { LENGTH_SIZE = 4 };

/* Where the next length lies, at or after `at`. */
static size_t skip_rest(size_t at, size_t sector_size)
{
    size_t left = sector_size - at % sector_size;
    return left < LENGTH_SIZE ? at + left : at;
}

int btrfs_unpack_lzo(const uint8_t *bytes, size_t size, size_t sector_size, uint8_t *target,
                     size_t room, size_t *made)
{
    size_t end = size >= LENGTH_SIZE ? le32(bytes) : 0, at = LENGTH_SIZE;
    if (end < LENGTH_SIZE || end > size) {
        return ERR_CORRUPT;
    }
    for (*made = 0; at < end && *made < room; at = skip_rest(at, sector_size)) {
        if (end - at < LENGTH_SIZE) {
            return ERR_CORRUPT;
        }
        size_t length = le32(bytes + at);
        at += LENGTH_SIZE;
        lzo_uint count = min_u64(room - *made, sector_size);
        if (length > end - at ||
            lzo1x_decompress_safe(bytes + at, length, target + *made, &count, NULL) != LZO_E_OK) {
            return ERR_CORRUPT;
        }
        at += length;
        *made += count;
    }
    return 0;
}
