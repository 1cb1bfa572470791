/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/packed.h"

#include "fs/source.h"
#include "fs/stream.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

const struct unpacker *packed_find(const struct source *source, uint64_t offset)
{
    uint8_t magic[UNPACK_MAGIC];
    if (!range_within(offset, sizeof magic, source->size) ||
        source_read(source, offset, magic, sizeof magic) != 0) {
        return NULL;
    }
    return unpack_find(magic);
}

struct packed {
    struct input input; /* first: a struct input * is a struct packed * */
    struct stream *stream;
};

static int next_chunk(struct input *input, const uint8_t **bytes, size_t *length)
{
    return stream_next(((struct packed *)input)->stream, bytes, length);
}

int packed_unpack(const struct unpacker *unpacker, const struct source *source, uint64_t offset,
                  uint64_t length, struct output *output)
{
    struct packed packed = {
        .input = {.next_chunk = next_chunk, .name = source->name, .log = source->log},
        .stream = stream_open(output->arena, source, offset, length)};
    if (packed.stream == NULL) {
        return fail(source->log, ERR_NO_MEMORY, "%s: no memory to read it", source->name);
    }
    int error = unpack(unpacker, &packed.input, output);
    stream_close(packed.stream);
    return error;
}
