/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lz4's legacy format, which Linux packs kernels in, through liblz4 ("LZ4 Frame Format
 * Description", Legacy frame):
 *
 *      | 02 21 4C 18 | size of block 0, 4 bytes | block 0 | size of block 1 | block 1 | ...
 *
 * Each block unpacks, by itself, to 8 MiB; only the last one to less. A size that cannot be one, or
 * the end, ends it.
 */
#include <lz4.h>
#include <string.h>

#include "boot/unpack/pool.h"
#include "boot/unpack/unpackers.h"
#include "fs/stream.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"

#define LEGACY_MAGIC 0x184C2102U

enum {
    BLOCK_SIZE = 8 << 20,                              /* unpacked */
    PACKED_LIMIT = BLOCK_SIZE + BLOCK_SIZE / 255 + 16, /* what does not compress grows a little */
};

static bool matches(const uint8_t *bytes)
{
    return le32(bytes) == LEGACY_MAGIC;
}

/* A stream of which any number of bytes can be taken. */
struct input {
    struct stream *stream;
    const uint8_t *bytes;
    size_t left;
};

/* Copies up to `length` bytes; fewer only at the end. Returns how many, or an error. */
static int take(struct input *input, uint8_t *target, size_t length)
{
    size_t done = 0;
    while (done < length) {
        if (input->left == 0) {
            int error = stream_next(input->stream, &input->bytes, &input->left);
            if (error != 0 || input->left == 0) {
                return error != 0 ? error : (int)done;
            }
        }
        size_t count = min_u64(length - done, input->left);
        memcpy(target + done, input->bytes, count);
        input->bytes += count;
        input->left -= count;
        done += count;
    }
    return (int)done;
}

/*
 * The size of the next block; 0 where the blocks end. In a bzImage the unpacked size follows them,
 * which looks like one.
 */
static int next_size(struct input *input)
{
    uint8_t bytes[4] = {0};
    int count = take(input, bytes, sizeof bytes);
    if (count < 0) {
        return count;
    }
    uint32_t size = count < 4 ? 0 : le32(bytes);
    return size <= PACKED_LIMIT ? (int)size : 0;
}

/* Unpacks one block. Returns 1 after the last one. */
static int run_block(struct input *input, uint8_t *packed, int size, struct output *output)
{
    int count = take(input, packed, (size_t)size);
    if (count < size) {
        bool trailer = count == 0 && output->size > 0; /* the "size" was the last thing there is */
        return count < 0 ? count : trailer ? 1 : ERR_CORRUPT;
    }
    int error = output_reserve(output, BLOCK_SIZE);
    if (error != 0) {
        return error;
    }
    int room = (int)min_u64(output->room - output->size, BLOCK_SIZE);
    int unpacked =
        LZ4_decompress_safe((const char *)packed, (char *)output->bytes + output->size, size, room);
    if (unpacked < 0) {
        return room < BLOCK_SIZE ? ERR_TOO_LARGE : ERR_CORRUPT;
    }
    output->size += (size_t)unpacked;
    return 0;
}

static int run(void *pool, struct stream *stream, struct output *output, struct progress *progress)
{
    struct input input = {.stream = stream};
    uint8_t magic[4];
    uint8_t *packed = pool_take(pool, PACKED_LIMIT);
    int result = packed == NULL ? ERR_NO_MEMORY : take(&input, magic, sizeof magic);
    if (result < 0) {
        return result;
    }
    result = 0;
    while (result == 0) {
        int size = next_size(&input);
        if (size <= 0) {
            return size;
        }
        result = run_block(&input, packed, size, output);
        progress->advanced(progress, output->size);
    }
    return result < 0 ? result : 0;
}

const struct unpacker lz4_unpacker = {
    .name = "lz4", .matches = matches, .pool_size = PACKED_LIMIT, .run = run};
