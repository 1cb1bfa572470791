/* SPDX-License-Identifier: BSD-2-Clause */
#include "unpack/block.h"

#define ZSTD_STATIC_LINKING_ONLY /* a decoder in memory of ours; where a frame ends */
#include <stdbool.h>
#include <zlib.h>
#include <zstd.h>

#include "lib/checked.h"
#include "lib/error.h"

enum { ZLIB_SIZE = 16 << 10 /* bytes; a window is not needed where the output is one piece */ };

size_t unpack_block_room(void)
{
    return max_u64(ZLIB_SIZE, ZSTD_estimateDCtxSize());
}

static void *allocate(void *pool, unsigned count, unsigned size)
{
    uint64_t bytes;
    return checked_mul(count, size, &bytes) ? pool_take(pool, bytes) : NULL;
}

static void release(void *pool, void *memory)
{
    (void)pool;
    (void)memory; /* the pool goes as a whole */
}

int unpack_zlib(struct pool *pool, const uint8_t *bytes, size_t size, uint8_t *target, size_t room,
                size_t *made)
{
    pool->used = 0;
    z_stream z = {.zalloc = allocate,
                  .zfree = release,
                  .opaque = pool,
                  .next_in = (z_const Bytef *)(uintptr_t)bytes,
                  .avail_in = (unsigned)size,
                  .next_out = target,
                  .avail_out = (unsigned)room};
    if (inflateInit(&z) != Z_OK) {
        return ERR_CORRUPT;
    }
    int result = inflate(&z, Z_FINISH);
    *made = room - z.avail_out;
    bool is_full = z.avail_out == 0 && result != Z_DATA_ERROR;
    return result == Z_STREAM_END || is_full ? 0 : ERR_CORRUPT;
}

int unpack_zstd(struct pool *pool, const uint8_t *bytes, size_t size, uint8_t *target, size_t room,
                size_t *made)
{
    ZSTD_DCtx *zstd = ZSTD_initStaticDCtx(pool->bytes, pool->size);
    size_t frame = ZSTD_findFrameCompressedSize(bytes, size);
    if (zstd == NULL || ZSTD_isError(frame)) {
        return ERR_CORRUPT;
    }
    *made = ZSTD_decompressDCtx(zstd, target, room, bytes, frame);
    return ZSTD_isError(*made) ? ERR_CORRUPT : 0;
}
