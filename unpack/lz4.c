/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lz4's two formats, through liblz4 ("LZ4 Frame Format Description"): frames, which the library knows, and the
 * legacy format, which Linux packs kernels in:
 *
 *      | 02 21 4C 18 | size of block 0, 4 bytes | block 0 | size of block 1 | block 1 | ...
 *
 * Each block unpacks, by itself, to 8 MiB; only the last one to less. A size that cannot be one, or
 * the end, ends it.
 */
#include <lz4.h>
#define LZ4F_STATIC_LINKING_ONLY /* an allocator of ours */
#include <lz4frame.h>
#include <string.h>

#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "unpack/input.h"
#include "unpack/pool.h"
#include "unpack/unpackers.h"

#define LEGACY_MAGIC   0x184C2102U
#define SKIPPABLE_MASK 0xFFFFFFF0U

enum {
    BLOCK_SIZE = 8 << 20,                              /* unpacked */
    PACKED_LIMIT = BLOCK_SIZE + BLOCK_SIZE / 255 + 16, /* what does not compress grows a little */
    SIZE_SIZE = 4,                                     /* bytes of a block's size */
    STEP = 4 << 20,
    FRAME_POOL_SIZE = 9 << 20, /* a frame's largest block, packed and unpacked, and the context */
};

/* ---- the legacy format ---------------------------------------------------------------------- */

static bool matches_legacy(const uint8_t *bytes)
{
    return le32(bytes) == LEGACY_MAGIC;
}

/*
 * The size of the next block; 0 where the blocks end. In a bzImage the unpacked size follows them,
 * which can look like one.
 */
static int next_size(struct input *input)
{
    uint8_t bytes[INPUT_LOOK];
    int count = input_look(input, bytes);
    if (count < 0) {
        return count;
    }
    uint32_t size = count < SIZE_SIZE ? 0 : le32(bytes);
    if (size == 0 || size > PACKED_LIMIT) {
        return 0;
    }
    (void)input_take(input, bytes, SIZE_SIZE); /* they are there */
    return (int)size;
}

/*
 * Unpacks one block. The last "size" may have been the file's end, and no block's: what is then missing
 * is all of it.
 */
static int run_block(struct input *input, uint8_t *buffer, int size, struct output *output,
                     bool *ended)
{
    int error = input_fill(input);
    *ended = error == ERR_TRUNCATED && output->size > 0;
    if (error != 0) {
        return *ended ? 0 : error;
    }
    const uint8_t *packed;
    error = input_piece(input, buffer, (size_t)size, &packed);
    if (error != 0) {
        return error;
    }
    error = output_reserve(output, BLOCK_SIZE);
    if (error != 0) {
        return error;
    }
    int room = (int)min_u64(output->room - output->size, BLOCK_SIZE);
    int unpacked =
        LZ4_decompress_safe((const char *)packed, (char *)output->bytes + output->size, size, room);
    if (unpacked < 0) {
        return room < BLOCK_SIZE ? ERR_TOO_LARGE : ERR_CORRUPT;
    }
    output_advance(output, (size_t)unpacked);
    return 0;
}

static int run_legacy(struct pool *pool, struct input *input, struct output *output)
{
    uint8_t magic[4];
    uint8_t *buffer = pool_take(pool, PACKED_LIMIT);
    int error = buffer == NULL ? ERR_NO_MEMORY : input_take(input, magic, sizeof magic);
    bool ended = false;
    while (error == 0 && !ended) {
        int size = next_size(input);
        if (size <= 0) {
            return size;
        }
        error = run_block(input, buffer, size, output, &ended);
    }
    return error;
}

/* ---- frames --------------------------------------------------------------------------------- */

/* Frames that are to be skipped may follow. */
static bool matches_frame(const uint8_t *bytes)
{
    return le32(bytes) == LZ4F_MAGICNUMBER ||
           (le32(bytes) & SKIPPABLE_MASK) == LZ4F_MAGIC_SKIPPABLE_START;
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

/* The blocks of a frame may refer to what was unpacked before: it is still where it was. */
static const LZ4F_decompressOptions_t frame_options = {.stableDst = 1};

/* One call of the library, with what there is. *left: bytes that it would like to see next; 0 at the end. */
static int step(LZ4F_dctx *lz4, struct input *input, struct output *output, size_t *left)
{
    int error = input_fill(input);
    if (error != 0) {
        return error;
    }
    error = output_reserve(output, STEP);
    if (error != 0) {
        return error;
    }
    size_t room = output->room - output->size, length = input->left;
    *left = LZ4F_decompress(lz4, output->bytes + output->size, &room, input->bytes, &length,
                            &frame_options);
    input_skip(input, length);
    output_advance(output, room);
    return LZ4F_isError(*left) ? ERR_CORRUPT : 0;
}

static int run_frame(struct pool *pool, struct input *input, struct output *output)
{
    LZ4F_CustomMem memory = {.customAlloc = allocate, .customFree = release, .opaqueState = pool};
    LZ4F_dctx *lz4 = LZ4F_createDecompressionContext_advanced(memory, LZ4F_VERSION);
    int error = lz4 == NULL ? ERR_NO_MEMORY : 0;
    size_t left = 1;
    while (error == 0 && left != 0) {
        error = step(lz4, input, output, &left);
    }
    return error;
}

static size_t legacy_pool_size(const uint8_t *head, size_t expected)
{
    (void)head;
    (void)expected;
    return PACKED_LIMIT;
}

static size_t frame_pool_size(const uint8_t *head, size_t expected)
{
    (void)head;
    (void)expected;
    return FRAME_POOL_SIZE;
}

const struct unpacker lz4_legacy_unpacker = {
    .name = "lz4", .matches = matches_legacy, .pool_size = legacy_pool_size, .run = run_legacy};

const struct unpacker lz4_unpacker = {
    .name = "lz4", .matches = matches_frame, .pool_size = frame_pool_size, .run = run_frame};
