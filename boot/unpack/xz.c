/* SPDX-License-Identifier: BSD-2-Clause */
/* xz, and the older lzma, through liblzma. */
#include <lzma.h>
#include <string.h>

#include "boot/unpack/input.h"
#include "boot/unpack/pool.h"
#include "boot/unpack/unpackers.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"

/* Linux packs its kernels with a dictionary of 32 MiB at most; `xz -9` takes 64. */
enum { STEP = 1 << 20, POOL_SIZE = 34 << 20 };

static bool matches_xz(const uint8_t *bytes)
{
    return memcmp(bytes,
                  "\xFD"
                  "7zXZ\0",
                  6) == 0;
}

/* It has no magic number: the usual lc, lp and pb, then a dictionary of whole 64 KiB. */
static bool matches_lzma(const uint8_t *bytes)
{
    return bytes[0] == 0x5D && le16(bytes + 1) == 0 && bytes[4] < 0x80;
}

static void *allocate(void *pool, size_t count, size_t size)
{
    uint64_t bytes;
    return checked_mul(count, size, &bytes) ? pool_take(pool, bytes) : NULL;
}

static void release(void *pool, void *memory)
{
    (void)pool;
    (void)memory; /* the pool goes as a whole */
}

static int error_of(lzma_ret result)
{
    switch (result) {
    case LZMA_OK:
    case LZMA_BUF_ERROR: /* no progress for want of input */
        return 0;
    case LZMA_STREAM_END:
        return 1;
    case LZMA_MEM_ERROR:
    case LZMA_MEMLIMIT_ERROR:
        return ERR_NO_MEMORY;
    default:
        return ERR_CORRUPT;
    }
}

/* One call of the library, into the room that there is. */
static int step(lzma_stream *xz, struct output *output)
{
    int error = output_reserve(output, STEP);
    if (error != 0) {
        return error;
    }
    xz->next_out = output->bytes + output->size;
    xz->avail_out = min_u64(output->room - output->size, STEP);
    size_t before = xz->avail_out;
    lzma_ret result = lzma_code(xz, LZMA_RUN);
    output->size += before - xz->avail_out;
    return error_of(result);
}

static int decode_all(lzma_stream *xz, struct input *input, struct output *output,
                      struct progress *progress)
{
    int result = 0;
    while (result == 0) {
        int error = input_fill(input);
        if (error != 0 || input->left == 0) {
            return error != 0 ? error : ERR_TRUNCATED; /* the stream's end was not in it */
        }
        xz->next_in = input->bytes;
        xz->avail_in = input->left;
        result = step(xz, output);
        input_skip(input, input->left - xz->avail_in);
        progress->advanced(progress, output->size);
    }
    return result < 0 ? result : 0;
}

static int run_xz(void *pool, struct input *input, struct output *output, struct progress *progress)
{
    lzma_allocator allocator = {.alloc = allocate, .free = release, .opaque = pool};
    lzma_stream xz = LZMA_STREAM_INIT;
    xz.allocator = &allocator;
    if (lzma_stream_decoder(&xz, UINT64_MAX, 0) != LZMA_OK) {
        return ERR_NO_MEMORY;
    }
    return decode_all(&xz, input, output, progress);
}

static int run_lzma(void *pool, struct input *input, struct output *output,
                    struct progress *progress)
{
    lzma_allocator allocator = {.alloc = allocate, .free = release, .opaque = pool};
    lzma_stream lzma = LZMA_STREAM_INIT;
    lzma.allocator = &allocator;
    if (lzma_alone_decoder(&lzma, UINT64_MAX) != LZMA_OK) {
        return ERR_NO_MEMORY;
    }
    return decode_all(&lzma, input, output, progress);
}

const struct unpacker xz_unpacker = {
    .name = "xz", .matches = matches_xz, .pool_size = POOL_SIZE, .run = run_xz};

const struct unpacker lzma_unpacker = {
    .name = "lzma", .matches = matches_lzma, .pool_size = POOL_SIZE, .run = run_lzma};
