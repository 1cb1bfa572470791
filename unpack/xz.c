/* SPDX-License-Identifier: BSD-2-Clause */
/* xz, and the older lzma, through liblzma. */
#include <lzma.h>
#include <string.h>

#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "unpack/input.h"
#include "unpack/pool.h"
#include "unpack/unpackers.h"

enum {
    STEP = 1 << 20,
    STATE_SIZE = 2 << 20, /* bytes of a decoder, beside its dictionary */
    PADDING = 4,
};

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
    output_advance(output, before - xz->avail_out);
    return error_of(result);
}

/*
 * The input can be used up before all of the output is there, for its last bits may stand for a
 * megabyte: what is truncated is a stream that makes no more of none.
 */
static int decode_all(lzma_stream *xz, struct input *input, struct output *output)
{
    int result = 0;
    while (result == 0) {
        int error = input_fill(input);
        if (error != 0 && error != ERR_TRUNCATED) {
            return error;
        }
        size_t before = output->size;
        xz->next_in = input->bytes;
        xz->avail_in = input->left;
        result = step(xz, output);
        input_skip(input, input->left - xz->avail_in);
        if (error == ERR_TRUNCATED && result == 0 && output->size == before) {
            return error;
        }
    }
    return result < 0 ? result : 0;
}

/* Zeros, in fours, may follow a stream ("The .xz File Format", 2.2). */
static int skip_padding(struct input *input)
{
    uint8_t head[INPUT_LOOK] = {0};
    int count;
    while ((count = input_look(input, head)) >= PADDING && le32(head) == 0) {
        (void)input_take(input, head, PADDING); /* they are there */
    }
    return count < 0 ? count : 0;
}

static int run_xz(struct pool *pool, struct input *input, struct output *output)
{
    lzma_allocator allocator = {.alloc = allocate, .free = release, .opaque = pool};
    lzma_stream xz = LZMA_STREAM_INIT;
    xz.allocator = &allocator;
    if (lzma_stream_decoder(&xz, UINT64_MAX, 0) != LZMA_OK) {
        return ERR_NO_MEMORY;
    }
    int error = decode_all(&xz, input, output);
    return error != 0 ? error : skip_padding(input);
}

/*
 * The dictionary's size is in the first block's header ("The .xz File Format", 3.1 and 5.3.1):
 *
 *      12              13      14
 *      | header's size | flags | packed size, unpacked size, if flagged | filters: | id | size | properties | ...
 */
static size_t xz_pool_size(const uint8_t *head, size_t expected)
{
    enum { BLOCK = 12, FLAGS = 13, NUMBERS = 14, HAS_PACKED = 0x40, HAS_SIZE = 0x80, LZMA2 = 0x21 };
    enum { LAST_BYTE_LIMIT = 40, USUAL = 32 << 20 };
    unsigned numbers = ((head[FLAGS] & HAS_PACKED) != 0) + ((head[FLAGS] & HAS_SIZE) != 0);
    unsigned at = NUMBERS;
    for (; numbers > 0 && at < INPUT_LOOK; at++) {
        numbers -= (head[at] & 0x80) == 0;
    }
    while (at + 2 < INPUT_LOOK &&
           head[at] != LZMA2) { /* filters that go before it have short ids and properties */
        at += 2U + head[at + 1];
    }
    unsigned size = at + 2 < INPUT_LOOK ? head[at + 2] : LAST_BYTE_LIMIT;
    (void)expected;
    return (size < LAST_BYTE_LIMIT ? (size_t)(2 | (size & 1)) << (size / 2 + 11) : USUAL) +
           STATE_SIZE;
}

/* lzma's header: properties, the dictionary's size, the unpacked size or -1. */
enum { LZMA_DICTIONARY = 1, LZMA_HEADER = 13, SMALLEST_DICTIONARY = 4096 };

/* What `lzma -9` names is 64 MiB; no more can be of use than what there is to unpack. */
static uint32_t dictionary_size(const uint8_t *header, size_t expected)
{
    uint64_t size = le32(header + LZMA_DICTIONARY);
    size = expected != 0 ? min_u64(size, expected) : size;
    return (uint32_t)max_u64(size, SMALLEST_DICTIONARY);
}

static size_t lzma_pool_size(const uint8_t *head, size_t expected)
{
    return (size_t)dictionary_size(head, expected) + STATE_SIZE;
}

/* The header, with a dictionary that is no larger than it must be, before the rest. */
static int start_lzma(lzma_stream *lzma, struct input *input, struct output *output)
{
    uint8_t header[LZMA_HEADER];
    int error = input_take(input, header, sizeof header);
    if (error != 0) {
        return error;
    }
    put_le32(header + LZMA_DICTIONARY, dictionary_size(header, output->expected));
    lzma->next_in = header;
    lzma->avail_in = sizeof header;
    int result = step(lzma, output);
    lzma->next_in = NULL; /* all of it has been taken */
    return result;
}

static int run_lzma(struct pool *pool, struct input *input, struct output *output)
{
    lzma_allocator allocator = {.alloc = allocate, .free = release, .opaque = pool};
    lzma_stream lzma = LZMA_STREAM_INIT;
    lzma.allocator = &allocator;
    if (lzma_alone_decoder(&lzma, UINT64_MAX) != LZMA_OK) {
        return ERR_NO_MEMORY;
    }
    int result = start_lzma(&lzma, input, output);
    if (result != 0) {
        return result < 0 ? result : 0; /* an end so early: there was nothing in it */
    }
    return decode_all(&lzma, input, output);
}

const struct unpacker xz_unpacker = {
    .name = "xz", .matches = matches_xz, .pool_size = xz_pool_size, .run = run_xz};

const struct unpacker lzma_unpacker = {
    .name = "lzma", .matches = matches_lzma, .pool_size = lzma_pool_size, .run = run_lzma};
