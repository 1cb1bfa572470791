/* SPDX-License-Identifier: BSD-2-Clause */
#include "unpack/unpack.h"

#include "fs/stream.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "unpack/input.h"
#include "unpack/pool.h"
#include "unpack/unpackers.h"

enum { MAGIC_SIZE = 8, FIRST_ROOM = 4 << 20 };

/* lzma comes last: it has no magic number. */
static const struct unpacker *const unpackers[] = {
    &gzip_unpacker, &xz_unpacker,         &zstd_unpacker, &bzip2_unpacker,
    &lz4_unpacker,  &lz4_legacy_unpacker, &lzop_unpacker, &lzma_unpacker};

const struct unpacker *unpack_find(const struct source *source, uint64_t offset)
{
    uint8_t magic[MAGIC_SIZE];
    if (!range_within(offset, MAGIC_SIZE, source->size) ||
        source_read(source, offset, magic, MAGIC_SIZE) != 0) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof unpackers / sizeof unpackers[0]; i++) {
        if (unpackers[i]->matches(magic)) {
            return unpackers[i];
        }
    }
    return NULL;
}

int output_reserve(struct output *output, size_t more)
{
    if (output->size >= output->limit) {
        return ERR_TOO_LARGE;
    }
    size_t needed = output->size + min_u64(more, output->limit - output->size);
    if (needed <= output->room) {
        return 0;
    }
    size_t room = min_u64(max_u64(needed, 2 * output->room),
                          output->limit); /* few steps, whatever the size */
    if (arena_resize(output->arena, output->bytes, room) != 0) {
        room = needed;
        if (arena_resize(output->arena, output->bytes, room) != 0) {
            return ERR_NO_MEMORY;
        }
    }
    output->room = room;
    return 0;
}

static int explain(const struct unpacker *unpacker, const struct source *source,
                   const struct output *output, int error)
{
    switch (error) {
    case ERR_CORRUPT:
        return fail(source->log, error, "%s: its %s data is damaged after %lu unpacked bytes",
                    source->name, unpacker->name, output->size);
    case ERR_TRUNCATED:
        return fail(source->log, error, "%s: truncated: its %s data ends after %lu unpacked bytes",
                    source->name, unpacker->name, output->size);
    case ERR_TOO_LARGE:
        return fail(source->log, error,
                    "%s: its %s data unpacks to more than the %lu bytes there can be", source->name,
                    unpacker->name, output->limit);
    case ERR_NO_MEMORY:
        return fail(source->log, error, "%s: no memory to unpack its %s data (%lu bytes so far)",
                    source->name, unpacker->name, output->size);
    default:
        return error; /* reading has said why */
    }
}

/* Does another stream begin here? */
static int look_for_another(const struct unpacker *unpacker, struct input *input, bool *another)
{
    uint8_t magic[INPUT_LOOK];
    int count = input_look(input, magic);
    *another = count == INPUT_LOOK && unpacker->matches(magic);
    return count < 0 ? count : 0;
}

static int run_all(const struct unpacker *unpacker, struct pool *pool, struct stream *stream,
                   struct output *output, struct progress *progress)
{
    struct input input = {.stream = stream};
    bool another = true;
    int error = 0;
    while (error == 0 && another) {
        pool->used = 0;
        error = unpacker->run(pool, &input, output, progress);
        error = error != 0 ? error : look_for_another(unpacker, &input, &another);
    }
    return error;
}

static int check_size(const struct unpacker *unpacker, const struct source *source, size_t size,
                      size_t expected)
{
    return expected == 0 || size == expected
               ? 0
               : fail(source->log, ERR_CORRUPT,
                      "%s: its %s data unpacks to %lu bytes, but the file says %lu", source->name,
                      unpacker->name, size, expected);
}

/* The first room for the output: all of it, where its size is known. */
static size_t first_room(size_t expected, size_t limit)
{
    return min_u64(expected != 0 ? expected : FIRST_ROOM, limit);
}

static int create_pool(struct pool *pool, const struct unpacker *unpacker,
                       const struct source *source, uint64_t offset, uint64_t length,
                       const struct output *output)
{
    uint8_t head[UNPACK_HEAD] = {0};
    int error = source_read(source, offset, head, min_u64(UNPACK_HEAD, length));
    return error != 0
               ? error
               : pool_create(pool, output->arena, unpacker->pool_size(head, output->expected));
}

int unpack(const struct unpacker *unpacker, const struct source *source, uint64_t offset,
           uint64_t length, size_t expected, size_t limit, struct arena *arena,
           struct progress *progress, uint8_t **bytes, size_t *size)
{
    struct pool pool;
    struct stream *stream = stream_open(arena, source, offset, length);
    struct output output = {
        .arena = arena, .room = first_room(expected, limit), .limit = limit, .expected = expected};
    int error = stream == NULL ? ERR_NO_MEMORY
                               : create_pool(&pool, unpacker, source, offset, length, &output);
    output.bytes = error != 0 ? NULL : arena_pages(arena, output.room);
    if (error == 0 && output.bytes == NULL) {
        error = ERR_NO_MEMORY;
    }
    error = error != 0 ? error : run_all(unpacker, &pool, stream, &output, progress);
    if (stream != NULL) {
        stream_close(stream);
    }
    if (error != 0) {
        return explain(unpacker, source, &output, error);
    }
    *bytes = output.bytes;
    *size = output.size;
    error = arena_resize(arena, output.bytes, align_up(output.size, PAGE_SIZE));
    return error != 0 ? error : check_size(unpacker, source, output.size, expected);
}
