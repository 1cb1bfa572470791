/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lzop's container around LZO1X, which Linux calls lzo, through liblzo2 (as lzop 1.04 writes it; numbers are big-endian):
 *
 *      0       9         11        13       15       16      17      21     25      29       33
 *      | magic | version | library | needed | method | level | flags | mode | mtime | high   | length of name | name | checksum |
 *      block:  | unpacked size, 0: the end | packed size | checksums that the flags name | bytes |
 *
 * A block that does not get smaller is stored as it is. Versions below 0x940, of 1997, have shorter headers.
 */
#include <lzo/lzo1x.h>
#include <string.h>
#include <zlib.h>

#include "lib/bytes.h"
#include "lib/error.h"
#include "unpack/input.h"
#include "unpack/pool.h"
#include "unpack/unpackers.h"

enum {
    MAGIC_SIZE = 9,
    VERSION = 9,
    METHOD = 15, /* 1 to 3: LZO1X */
    FLAGS = 17,
    FIXED_SIZE = 34, /* bytes of the header up to the name, its length included */
    NAME_LENGTH = 33,
    FIRST_VERSION = 0x940,
    LAST_METHOD = 3,
    CHECKSUM_SIZE = 4,
    BLOCK_LIMIT = 8 << 20, /* unpacked; lzop and Linux take 256 KiB */
};

/* Flags: which checksums a block has (D: of the unpacked bytes, C: of the packed ones), and what the header has. */
enum {
    ADLER32_D = 0x1,
    ADLER32_C = 0x2,
    EXTRA_FIELD = 0x40,
    CRC32_D = 0x100,
    CRC32_C = 0x200,
    MULTIPART = 0x400,
    FILTER = 0x800,
};

static const uint8_t magic[MAGIC_SIZE] = {0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1A, '\n'};

static bool matches(const uint8_t *bytes)
{
    return memcmp(bytes, magic, UNPACK_MAGIC) == 0;
}

static int take_number(struct input *input, uint32_t *number)
{
    uint8_t bytes[4] = {0};
    int error = input_take(input, bytes, sizeof bytes);
    *number = be32(bytes);
    return error;
}

static int read_header(struct input *input, uint32_t *flags)
{
    uint8_t header[FIXED_SIZE], rest[UINT8_MAX + CHECKSUM_SIZE];
    int error = input_take(input, header, sizeof header);
    if (error != 0) {
        return error;
    }
    error = input_take(input, rest, (size_t)header[NAME_LENGTH] + CHECKSUM_SIZE);
    if (error != 0) {
        return error;
    }
    *flags = be32(header + FLAGS);
    bool good = memcmp(header, magic, MAGIC_SIZE) == 0 && be16(header + VERSION) >= FIRST_VERSION &&
                header[METHOD] >= 1 && header[METHOD] <= LAST_METHOD &&
                (*flags & (EXTRA_FIELD | MULTIPART | FILTER)) == 0;
    return good ? 0 : ERR_CORRUPT;
}

struct block {
    uint32_t size, packed_size;
    uint32_t adler32, crc32; /* of the unpacked bytes, where the flags say so */
};

/* Those of the packed bytes are passed over: those of the unpacked ones say as much. */
static int read_checksums(struct input *input, uint32_t flags, struct block *block)
{
    bool is_packed = block->packed_size < block->size;
    uint32_t ignored;
    const struct {
        bool present;
        uint32_t *value;
    } checksums[] = {{(flags & ADLER32_D) != 0, &block->adler32},
                     {(flags & CRC32_D) != 0, &block->crc32},
                     {is_packed && (flags & ADLER32_C) != 0, &ignored},
                     {is_packed && (flags & CRC32_C) != 0, &ignored}};
    int error = 0;
    for (size_t i = 0; error == 0 && i < sizeof checksums / sizeof checksums[0]; i++) {
        error = checksums[i].present ? take_number(input, checksums[i].value) : 0;
    }
    return error;
}

/* Its head; a size of 0 is the end. */
static int read_block_head(struct input *input, uint32_t flags, struct block *block)
{
    int error = take_number(input, &block->size);
    if (error != 0 || block->size == 0) {
        return error;
    }
    error = take_number(input, &block->packed_size);
    if (error != 0) {
        return error;
    }
    if (block->size > BLOCK_LIMIT || block->packed_size > block->size) {
        return ERR_CORRUPT;
    }
    return read_checksums(input, flags, block);
}

static bool is_intact(const struct block *block, uint32_t flags, const uint8_t *bytes)
{
    bool adler = (flags & ADLER32_D) == 0 || adler32(1, bytes, block->size) == block->adler32;
    bool crc = (flags & CRC32_D) == 0 || crc32(0, bytes, block->size) == block->crc32;
    return adler && crc;
}

static int unpack_block(struct input *input, const struct block *block, uint8_t *buffer,
                        uint8_t *target)
{
    if (block->packed_size == block->size) {
        return input_take(input, target, block->size);
    }
    const uint8_t *packed;
    int error = input_piece(input, buffer, block->packed_size, &packed);
    if (error != 0) {
        return error;
    }
    lzo_uint size = block->size;
    int result = lzo1x_decompress_safe(packed, block->packed_size, target, &size, NULL);
    return result == LZO_E_OK && size == block->size ? 0 : ERR_CORRUPT;
}

static int run_block(struct input *input, uint32_t flags, const struct block *block,
                     uint8_t *buffer, struct output *output)
{
    int error = output_reserve(output, block->size);
    if (error != 0) {
        return error;
    }
    if (output->room - output->size < block->size) {
        return ERR_TOO_LARGE;
    }
    uint8_t *target = output->bytes + output->size;
    error = unpack_block(input, block, buffer, target);
    if (error != 0) {
        return error;
    }
    output_advance(output, block->size);
    return is_intact(block, flags, target) ? 0 : ERR_CORRUPT;
}

static int run(struct pool *pool, struct input *input, struct output *output)
{
    uint32_t flags = 0;
    uint8_t *buffer = pool_take(pool, BLOCK_LIMIT);
    int error = buffer == NULL ? ERR_NO_MEMORY : read_header(input, &flags);
    struct block block = {.size = 1};
    while (error == 0 && block.size != 0) {
        error = read_block_head(input, flags, &block);
        if (error == 0 && block.size != 0) {
            error = run_block(input, flags, &block, buffer, output);
        }
    }
    return error;
}

static size_t pool_size(const uint8_t *head, size_t expected)
{
    (void)head;
    (void)expected;
    return BLOCK_LIMIT;
}

const struct unpacker lzop_unpacker = {
    .name = "lzo", .matches = matches, .pool_size = pool_size, .run = run};
