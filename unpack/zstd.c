/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * zstd, through libzstd, a block at a time ("Zstandard Compression Format", RFC 8878). All that a block may
 * refer to is the output before it, so however long the window is, it takes no memory of its own.
 */
#define ZSTD_STATIC_LINKING_ONLY /* allocators of ours, and block by block */
#include <zstd.h>
#include <zstd_errors.h>

#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "unpack/input.h"
#include "unpack/pool.h"
#include "unpack/unpackers.h"

enum { SKIPPABLE_HEADER_SIZE = 8, SKIPPABLE_SIZE = 4 /* offset of its size */ };

static bool is_skippable(const uint8_t *bytes)
{
    return (le32(bytes) & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

/* Frames that are to be skipped may come first: pzstd writes such. */
static bool matches(const uint8_t *bytes)
{
    return le32(bytes) == ZSTD_MAGICNUMBER || is_skippable(bytes);
}

static int skip_frame(struct input *input)
{
    uint8_t header[SKIPPABLE_HEADER_SIZE];
    int error = input_take(input, header, sizeof header);
    uint64_t left = error == 0 ? le32(header + SKIPPABLE_SIZE) : 0;
    while (error == 0 && left > 0) {
        error = input_fill(input);
        size_t count = min_u64(left, input->left);
        input_skip(input, count);
        left -= count;
    }
    return error;
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

/* A piece of the frame, which `size` bytes are: a header, a block or the checksum. */
static int run_piece(ZSTD_DCtx *zstd, size_t size, uint8_t *buffer, struct input *input,
                     struct output *output)
{
    const uint8_t *piece;
    int error = size > ZSTD_BLOCKSIZE_MAX ? ERR_CORRUPT : input_piece(input, buffer, size, &piece);
    if (error != 0) {
        return error;
    }
    error = output_reserve(output, ZSTD_BLOCKSIZE_MAX);
    if (error != 0) {
        return error;
    }
    size_t result = ZSTD_decompressContinue(zstd, output->bytes + output->size,
                                            output->room - output->size, piece, size);
    if (ZSTD_isError(result)) {
        bool full = ZSTD_getErrorCode(result) == ZSTD_error_dstSize_tooSmall;
        return full ? ERR_TOO_LARGE : ERR_CORRUPT;
    }
    output_advance(output, result);
    return 0;
}

static int run(struct pool *pool, struct input *input, struct output *output)
{
    uint8_t head[INPUT_LOOK] = {0};
    int error = input_look(input, head);
    if (error < 0 || is_skippable(head)) {
        return error < 0 ? error : skip_frame(input);
    }
    ZSTD_customMem memory = {.customAlloc = allocate, .customFree = release, .opaque = pool};
    ZSTD_DCtx *zstd = ZSTD_createDCtx_advanced(memory);
    uint8_t *buffer = pool_take(pool, ZSTD_BLOCKSIZE_MAX);
    if (zstd == NULL || buffer == NULL) {
        return ERR_NO_MEMORY;
    }
    (void)ZSTD_decompressBegin(zstd); /* cannot fail without a dictionary */
    size_t size;
    error = 0;
    while (error == 0 && (size = ZSTD_nextSrcSizeToDecompress(zstd)) != 0) {
        error = run_piece(zstd, size, buffer, input, output);
    }
    return error;
}

static size_t pool_size(const uint8_t *head, size_t expected)
{
    enum { ROUNDING = 64 };
    (void)head;
    (void)expected;
    return ZSTD_estimateDCtxSize() + ZSTD_BLOCKSIZE_MAX + ROUNDING;
}

const struct unpacker zstd_unpacker = {
    .name = "zstd", .matches = matches, .pool_size = pool_size, .run = run};
