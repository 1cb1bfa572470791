/* SPDX-License-Identifier: BSD-2-Clause */
/* zstd, through libzstd. Its window is the output itself, so nothing is copied. */
#define ZSTD_STATIC_LINKING_ONLY /* allocators of ours, and the stable output buffer */
#include <zstd.h>
#include <zstd_errors.h>

#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "unpack/input.h"
#include "unpack/pool.h"
#include "unpack/unpackers.h"

enum { STEP = 4 << 20, WINDOW_LOG_LIMIT = 27 /* what `zstd --ultra -22` and Linux use at most */ };

/* Frames that are to be skipped may come first: pzstd writes such. */
static bool matches(const uint8_t *bytes)
{
    return le32(bytes) == ZSTD_MAGICNUMBER ||
           (le32(bytes) & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

static void *allocate(void *pool, size_t size)
{
    return pool_take(pool, size);
}

static void release(void *pool, void *memory)
{
    (void)pool;
    (void)memory; /* the pool goes as a whole */
}

static int error_of(size_t result)
{
    switch (ZSTD_getErrorCode(result)) {
    case ZSTD_error_memory_allocation:
    case ZSTD_error_frameParameter_windowTooLarge:
        return ERR_NO_MEMORY;
    default:
        return ERR_CORRUPT;
    }
}

static int decode_all(ZSTD_DCtx *zstd, struct input *input, struct output *output,
                      struct progress *progress)
{
    size_t result = 1;
    while (result != 0) {
        int error = output_reserve(output, STEP);
        error = error != 0 ? error : input_fill(input);
        if (error != 0 || input->left == 0) {
            return error != 0 ? error : ERR_TRUNCATED; /* the stream's end was not in it */
        }
        ZSTD_inBuffer in = {.src = input->bytes, .size = input->left};
        ZSTD_outBuffer out = {.dst = output->bytes, .size = output->room, .pos = output->size};
        result = ZSTD_decompressStream(zstd, &out, &in);
        input_skip(input, in.pos);
        output->size = out.pos;
        progress->advanced(progress, output->size);
        if (ZSTD_isError(result)) {
            return error_of(result);
        }
    }
    return 0;
}

static int run(void *pool, struct input *input, struct output *output, struct progress *progress)
{
    ZSTD_customMem memory = {.customAlloc = allocate, .customFree = release, .opaque = pool};
    ZSTD_DCtx *zstd = ZSTD_createDCtx_advanced(memory);
    if (zstd == NULL ||
        ZSTD_isError(ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, WINDOW_LOG_LIMIT))) {
        return ERR_NO_MEMORY;
    }
    return decode_all(zstd, input, output, progress);
}

/* Its window, and buffers; a frame of another kind comes first where the library cannot say. */
static size_t pool_size(const uint8_t *head, size_t expected)
{
    enum { USUAL = 34 << 20, ROUNDING = 64 << 10 };
    (void)expected;
    size_t size = ZSTD_estimateDStreamSize_fromFrame(head, UNPACK_HEAD);
    return ZSTD_isError(size) ? USUAL : size + ROUNDING;
}

const struct unpacker zstd_unpacker = {
    .name = "zstd", .matches = matches, .pool_size = pool_size, .run = run};
