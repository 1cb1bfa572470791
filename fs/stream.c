/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/stream.h"

#include "fs/transfer.h"
#include "lib/arena.h"
#include "lib/checked.h"

enum {
    CHUNK_SIZE = 256 * 1024, /* bytes */
    CHUNKS = 4,              /* one is worked on, the others are in flight */
    ALIGNMENT =
        4096, /* bytes: chunks begin at such offsets, so that sectors go straight into them */
};

struct stream {
    const struct source *source;
    uint64_t offset; /* of the next byte to ask for */
    uint64_t left;   /* bytes not yet asked for */
    size_t
        skip; /* bytes of the next chunk that nobody wants: from the alignment to the first one */
    unsigned first; /* the chunk that stream_next hands out next */
    unsigned started;
    struct transfer transfers[CHUNKS];
    size_t lengths[CHUNKS];
    uint8_t *buffers;
};

static uint8_t *buffer(const struct stream *stream, unsigned chunk)
{
    return stream->buffers + (size_t)chunk * CHUNK_SIZE;
}

/* Starts the next chunks, but not in the buffer of the one that was handed out last. */
static void start_chunks(struct stream *stream)
{
    while (stream->started < CHUNKS - 1 && stream->left > 0) {
        unsigned chunk = (stream->first + stream->started) % CHUNKS;
        size_t length = min_u64(stream->left, CHUNK_SIZE);
        stream->lengths[chunk] = length;
        transfer_start(&stream->transfers[chunk], stream->source, stream->offset,
                       buffer(stream, chunk), length);
        stream->offset += length;
        stream->left -= length;
        stream->started++;
    }
}

struct stream *stream_open(struct arena *arena, const struct source *source, uint64_t offset,
                           uint64_t length)
{
    struct stream *stream = arena_alloc(arena, sizeof *stream);
    uint8_t *buffers = arena_pages(arena, (size_t)CHUNKS * CHUNK_SIZE);
    if (stream == NULL || buffers == NULL) {
        return NULL;
    }
    stream->source = source;
    stream->skip = offset % ALIGNMENT;
    stream->offset = offset - stream->skip;
    stream->left = length + stream->skip;
    stream->buffers = buffers;
    start_chunks(stream);
    return stream;
}

int stream_next(struct stream *stream, const uint8_t **bytes, size_t *length)
{
    *length = 0;
    if (stream->started == 0) {
        return 0;
    }
    unsigned chunk = stream->first;
    int error = transfer_finish(&stream->transfers[chunk]);
    if (error != 0) {
        return error;
    }
    *bytes = buffer(stream, chunk) + stream->skip;
    *length = stream->lengths[chunk] - stream->skip;
    stream->skip = 0;
    stream->first = (chunk + 1) % CHUNKS;
    stream->started--;
    start_chunks(stream);
    return 0;
}

void stream_close(struct stream *stream)
{
    for (; stream->started > 0; stream->started--) {
        struct transfer *transfer = &stream->transfers[stream->first];
        transfer->left = 0;              /* nothing more is asked for */
        (void)transfer_finish(transfer); /* nobody wants its bytes */
        stream->first = (stream->first + 1) % CHUNKS;
    }
    stream->left = 0;
}
