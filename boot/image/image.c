/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/image/image.h"

#include "boot/image/bzimage.h"
#include "boot/image/elf.h"
#include "boot/image/multiboot.h"
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

/* A kernel that knows Xen starts as Xen's, unless it is asked for otherwise. */
static int parse(const struct source *file, const struct output *output,
                 const struct image_terms *terms, struct next_kernel *next, const char **format)
{
    struct kernel_multiboot multiboot = {0};
    if (terms->enters_flat) {
        multiboot_find(output->bytes, output->size, terms->multiboot, &multiboot);
    }
    if (multiboot.has_addresses && !elf_is(output->bytes, output->size)) {
        *format = "multiboot";
        next->name = file->name;
        next->multiboot = multiboot;
        return 0;
    }
    next->image = output->bytes;
    next->image_size = output->size;
    int error = elf_parse(file, output->bytes, output->size, output->arena, next);
    if (error == 0 && (!next->xen.found || terms->multiboot != 0)) {
        next->multiboot = multiboot;
    }
    return error;
}

/* Whatever the file is, its ELF file is loaded and parsed. */
static int load_elf(const struct source *file, const struct payload *payload, struct output output,
                    const struct image_terms *terms, struct next_kernel *next, const char **format)
{
    const struct unpacker *unpacker = packed_find(file, payload->offset);
    int error;
    *format = payload->is_bzimage ? "bzImage" : "ELF";
    if (unpacker != NULL) {
        *format = arena_format(output.arena, "%s, %s", *format, unpacker->name);
        error = load_packed(unpacker, file, payload, &output);
    } else if (payload->is_bzimage) {
        error =
            fail(file->log, ERR_UNSUPPORTED,
                 "%s: a bzImage packed in a way that is not known (not gzip, bzip2, lzma, xz, lzo, "
                 "lz4 or zstd)",
                 file->name);
    } else {
        error = load_plain(file, &output);
    }
    return error != 0 ? error : parse(file, &output, terms, next, format);
}

/* A bzImage as it is. */
static int load_bzimage(const struct source *file, struct output output, struct next_kernel *next)
{
    int error = load_plain(file, &output);
    if (error == 0) {
        bzimage_take_code(file, output.bytes, next);
    }
    return error;
}

static int load(const struct source *file, const struct image_terms *terms, struct output output,
                struct next_kernel *next, const char **format)
{
    struct payload payload = {.length = file->size};
    size_t mark = arena_mark(output.arena);
    int error = bzimage_find_payload(file, &payload);
    if (error != 0) {
        return error;
    }
    bool is_known = packed_find(file, payload.offset) != NULL;
    bool as_it_is = payload.is_bzimage && terms->enters_flat;
    if (as_it_is && !is_known && !terms->enters_pv) {
        *format = "bzImage";
        return load_bzimage(file, output, next);
    }
    error = load_elf(file, &payload, output, terms, next, format);
    if (error != 0 || next->pvh.has_entry || !as_it_is) {
        return error;
    }
    if (!terms->enters_pv) {
        arena_release(output.arena, mark);
        next->image = NULL;
        next->image_size = 0;
        next->segments = NULL;
        next->segment_count = 0;
        *format = "bzImage";
    }
    return load_bzimage(file, output, next);
}

int image_load(const struct source *file, const struct image_terms *terms, struct arena *arena,
               struct progress *progress, struct next_kernel *next, const char **format)
{
    struct output output = {.arena = arena, .progress = progress, .limit = terms->size_limit};
    int error = keep_head(file, arena, &file);
    return error != 0 ? error : load(file, terms, output, next, format);
}
