/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xxhash's XXH64 alone, from its library's header: the archive has all kinds of xxhash in one object,
 * which would be a twentieth of the loader's file.
 */
#pragma GCC diagnostic ignored "-Wunused-function" /* of the kinds that are left out */
#define XXH_INLINE_ALL
#define XXH_NO_XXH3
#include "fs/btrfs/xxhash.h"

#include <xxhash.h>

uint64_t btrfs_xxhash(const uint8_t *bytes, size_t length)
{
    return XXH64(bytes, length, 0);
}
