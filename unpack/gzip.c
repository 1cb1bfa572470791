/* SPDX-License-Identifier: BSD-2-Clause */
/* gzip, through zlib. */
#include <string.h>
#include <zlib.h>

#include "lib/checked.h"
#include "lib/error.h"
#include "unpack/input.h"
#include "unpack/pool.h"
#include "unpack/unpackers.h"

enum { STEP = 1 << 20, GZIP_WINDOW = 15 + 16 /* 32 KiB; a gzip header */, POOL_SIZE = 64 << 10 };

static bool matches(const uint8_t *bytes)
{
    return bytes[0] == 0x1F && bytes[1] == 0x8B;
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

/* One call of the library, into the room that there is. */
static int step(z_stream *z, struct output *output)
{
    int error = output_reserve(output, STEP);
    if (error != 0) {
        return error;
    }
    z->next_out = output->bytes + output->size;
    z->avail_out = (unsigned)min_u64(output->room - output->size, STEP);
    unsigned before = z->avail_out;
    int result = inflate(z, Z_NO_FLUSH);
    output_advance(output, before - z->avail_out);
    if (result == Z_STREAM_END) {
        return 1;
    }
    return result == Z_OK || result == Z_BUF_ERROR ? 0 : ERR_CORRUPT;
}

static int inflate_all(z_stream *z, struct input *input, struct output *output)
{
    int result = 0;
    while (result == 0) {
        int error = input_fill(input);
        if (error != 0) {
            return error;
        }
        z->next_in = (z_const Bytef *)(uintptr_t)input->bytes;
        z->avail_in = (unsigned)input->left;
        result = step(z, output);
        input_skip(input, input->left - z->avail_in);
    }
    return result < 0 ? result : 0;
}

static int run(struct pool *pool, struct input *input, struct output *output)
{
    z_stream z = {.zalloc = allocate, .zfree = release, .opaque = pool};
    if (inflateInit2(&z, GZIP_WINDOW) != Z_OK) {
        return ERR_NO_MEMORY;
    }
    return inflate_all(&z, input, output);
}

static size_t pool_size(const uint8_t *head, size_t expected)
{
    (void)head;
    (void)expected;
    return POOL_SIZE;
}

const struct unpacker gzip_unpacker = {
    .name = "gzip", .matches = matches, .pool_size = pool_size, .run = run};
