/* SPDX-License-Identifier: BSD-2-Clause */
#include "unpack/unpack.h"

#include "lib/error.h"
#include "lib/log.h"
#include "unpack/pool.h"
#include "unpack/unpackers.h"

/* lzma comes last: it has no magic number. */
static const struct unpacker *const unpackers[] = {
    &gzip_unpacker, &xz_unpacker,         &zstd_unpacker, &bzip2_unpacker,
    &lz4_unpacker,  &lz4_legacy_unpacker, &lzop_unpacker, &lzma_unpacker};

const struct unpacker *unpack_find(const uint8_t *magic)
{
    for (size_t i = 0; i < sizeof unpackers / sizeof unpackers[0]; i++) {
        if (unpackers[i]->matches(magic)) {
            return unpackers[i];
        }
    }
    return NULL;
}

static int explain(const struct unpacker *unpacker, const struct input *input,
                   const struct output *output, int error)
{
    switch (error) {
    case ERR_CORRUPT:
        return fail(input->log, error, "%s: its %s data is damaged after %lu unpacked bytes",
                    input->name, unpacker->name, output->size);
    case ERR_TRUNCATED:
        return fail(input->log, error, "%s: truncated: its %s data ends after %lu unpacked bytes",
                    input->name, unpacker->name, output->size);
    case ERR_TOO_LARGE:
        return fail(input->log, error,
                    "%s: its %s data unpacks to more than the %lu bytes there can be", input->name,
                    unpacker->name, output->limit);
    case ERR_NO_MEMORY:
        return fail(input->log, error, "%s: no memory to unpack its %s data (%lu bytes so far)",
                    input->name, unpacker->name, output->size);
    default:
        return error; /* reading has said why */
    }
}

static int run_stream(const struct unpacker *unpacker, struct pool *pool, struct input *input,
                      struct output *output)
{
    uint8_t head[INPUT_LOOK] = {0};
    int count = input_look(input, head);
    if (count < 0) {
        return count;
    }
    int error = pool_renew(pool, output, unpacker->pool_size(head, output->expected));
    return error != 0 ? error : unpacker->run(pool, input, output);
}

/* Does another stream begin here? */
static int look_for_another(const struct unpacker *unpacker, struct input *input, bool *another)
{
    uint8_t head[INPUT_LOOK];
    int count = input_look(input, head);
    *another = count >= UNPACK_MAGIC && unpacker->matches(head);
    return count < 0 ? count : 0;
}

static int run_all(const struct unpacker *unpacker, struct input *input, struct output *output)
{
    int error = output_open(output);
    struct pool pool = {.bytes = output->bytes};
    bool another = true;
    while (error == 0 && another) {
        error = run_stream(unpacker, &pool, input, output);
        if (error == 0) {
            error = look_for_another(unpacker, input, &another);
        }
    }
    return error != 0 ? error : output_close(output);
}

int unpack(const struct unpacker *unpacker, struct input *input, struct output *output)
{
    int error = run_all(unpacker, input, output);
    if (error != 0) {
        return explain(unpacker, input, output, error);
    }
    if (output->expected != 0 && output->size != output->expected) {
        return fail(input->log, ERR_CORRUPT,
                    "%s: its %s data unpacks to %lu bytes, but the file says %lu", input->name,
                    unpacker->name, output->size, output->expected);
    }
    return 0;
}
