/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/image/image.h"

#include "boot/image/bzimage.h"
#include "boot/image/elf.h"
#include "boot/progress.h"
#include "fs/overlay.h"
#include "fs/packed.h"
#include "fs/source.h"
#include "hypervisor/next_kernel.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum { HEAD_SIZE = 32 << 10 /* bytes: a bzImage's setup code, and how its payload begins */ };

/* The file, its beginning in memory: whoever looks at it there does not ask the disk again. */
static int keep_head(const struct source *file, struct arena *arena, const struct source **kept)
{
    size_t length = min_u64(HEAD_SIZE, file->size);
    struct overlay *overlay = overlay_create(file, arena);
    uint8_t *head = arena_pages(arena, length);
    if (overlay == NULL || head == NULL) {
        return fail(file->log, ERR_NO_MEMORY, "%s: no memory for its beginning", file->name);
    }
    *kept = overlay_source(overlay);
    int error = source_read(file, 0, head, length);
    return error != 0 ? error : overlay_put_memory(overlay, 0, length, head);
}

static int load_packed(const struct unpacker *unpacker, const struct source *file,
                       const struct payload *payload, struct output *output)
{
    output->expected = payload->size;
    return packed_unpack(unpacker, file, payload->offset, payload->length, output);
}

static int load_plain(const struct source *file, struct output *output)
{
    if (file->size > output->limit) {
        return fail(file->log, ERR_TOO_LARGE, "%s: %lu MiB are more than the domain's memory",
                    file->name, file->size >> 20);
    }
    output->size = file->size;
    output->bytes = arena_pages(output->arena, file->size);
    if (output->bytes == NULL) {
        return fail(file->log, ERR_NO_MEMORY, "%s: no memory for its %lu MiB", file->name,
                    file->size >> 20);
    }
    return progress_read(output->progress, file, output->bytes);
}

/* Whatever the file is, its ELF file becomes the output. */
static int load(const struct source *file, struct output *output, const char **format)
{
    struct payload payload = {.length = file->size};
    int error = bzimage_find_payload(file, &payload);
    if (error != 0) {
        return error;
    }
    const struct unpacker *unpacker = packed_find(file, payload.offset);
    *format = payload.is_bzimage ? "bzImage" : "ELF";
    if (unpacker != NULL) {
        *format = arena_format(output->arena, "%s, %s", *format, unpacker->name);
        return load_packed(unpacker, file, &payload, output);
    }
    if (payload.is_bzimage) {
        return fail(
            file->log, ERR_UNSUPPORTED,
            "%s: a bzImage packed in a way that is not known (not gzip, bzip2, lzma, xz, lzo, "
            "lz4 or zstd)",
            file->name);
    }
    return load_plain(file, output);
}

int image_load(const struct source *file, uint64_t limit, struct arena *arena,
               struct progress *progress, struct next_kernel *next, const char **format)
{
    struct output output = {.arena = arena, .progress = progress, .limit = limit};
    int error = keep_head(file, arena, &file);
    if (error != 0) {
        return error;
    }
    error = load(file, &output, format);
    next->image = output.bytes;
    next->image_size = output.size;
    return error != 0 ? error : elf_parse(file, output.bytes, output.size, arena, next);
}
