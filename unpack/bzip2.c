/* SPDX-License-Identifier: BSD-2-Clause */
/* bzip2, through libbz2. */
#include <bzlib.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/error.h"
#include "unpack/input.h"
#include "unpack/pool.h"
#include "unpack/unpackers.h"

enum { STEP = 1 << 20 };

static bool matches(const uint8_t *bytes)
{
    return memcmp(bytes, "BZh", 3) == 0 && bytes[3] >= '1' && bytes[3] <= '9';
}

static void *allocate(void *pool, int count, int size)
{
    return count < 0 || size < 0 ? NULL : pool_take(pool, (size_t)count * (size_t)size);
}

static void release(void *pool, void *memory)
{
    (void)pool;
    (void)memory; /* the pool goes as a whole */
}

static int error_of(int result)
{
    switch (result) {
    case BZ_OK:
        return 0;
    case BZ_STREAM_END:
        return 1;
    case BZ_MEM_ERROR:
        return ERR_NO_MEMORY;
    default:
        return ERR_CORRUPT;
    }
}

/* One call of the library, into the room that there is. */
static int step(bz_stream *bzip2, struct output *output)
{
    int error = output_reserve(output, STEP);
    if (error != 0) {
        return error;
    }
    bzip2->next_out = (char *)output->bytes + output->size;
    bzip2->avail_out = (unsigned)min_u64(output->room - output->size, STEP);
    unsigned before = bzip2->avail_out;
    int result = BZ2_bzDecompress(bzip2);
    output_advance(output, before - bzip2->avail_out);
    return error_of(result);
}

static int run(struct pool *pool, struct input *input, struct output *output)
{
    bz_stream bzip2 = {.bzalloc = allocate, .bzfree = release, .opaque = pool};
    int result = error_of(BZ2_bzDecompressInit(&bzip2, 0, 0));
    while (result == 0) {
        int error = input_fill(input);
        if (error != 0) {
            return error;
        }
        bzip2.next_in = (char *)(uintptr_t)input->bytes;
        bzip2.avail_in = (unsigned)input->left;
        result = step(&bzip2, output);
        input_skip(input, input->left - bzip2.avail_in);
    }
    return result < 0 ? result : 0;
}

/* The level is the size of a block in units of 100,000 bytes, of which each takes 4 of memory. */
static size_t pool_size(const uint8_t *head, size_t expected)
{
    enum { BLOCK_UNIT = 100000, STATE_SIZE = 256 << 10 };
    (void)expected;
    return (size_t)(head[3] - '0') * BLOCK_UNIT * 4 + STATE_SIZE;
}

const struct unpacker bzip2_unpacker = {
    .name = "bzip2", .matches = matches, .pool_size = pool_size, .run = run};
