/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/image/elf.h"

#include <string.h>

#include "boot/image/notes.h"
#include "boot/image/symtab.h"
#include "fs/source.h"
#include "hypervisor/next_kernel.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum { CLASS_32 = 1, MACHINE_386 = 3, MACHINE_X86_64 = 62, MACHINE_ARM64 = 183 };

static int refuse(const struct elf *elf, int error, const char *why)
{
    return fail(elf->file->log, error, "%s: %s", elf->file->name, why);
}

/* ---- the file ------------------------------------------------------------------------------- */

/* arm64's bare Image ("Booting AArch64 Linux", Documentation/arm64/booting.rst). */
static bool is_arm64_image(const struct elf *elf)
{
    enum { MAGIC = 56, SIZE = 64 };
    return elf->size >= SIZE && memcmp(elf->bytes + MAGIC, "ARM\x64", 4) == 0;
}

bool elf_is(const uint8_t *bytes, size_t size)
{
    return size >= ELF_HEADER_SIZE && memcmp(bytes,
                                             "\x7F"
                                             "ELF",
                                             4) == 0;
}

static int check_machine(struct elf *elf)
{
    if (is_arm64_image(elf)) {
        return refuse(elf, ERR_UNSUPPORTED, "a kernel for arm64, but this is an x86 machine");
    }
    if (!elf_is(elf->bytes, elf->size)) {
        return refuse(elf, ERR_UNSUPPORTED,
                      "no kernel: neither an ELF file nor a bzImage, packed or not");
    }
    unsigned machine = le16(elf->bytes + ELF_MACHINE);
    elf->is_32_bit = elf->bytes[ELF_CLASS] == CLASS_32;
    if (machine == MACHINE_ARM64) {
        return refuse(elf, ERR_UNSUPPORTED, "a kernel for arm64, but this is an x86 machine");
    }
    if (machine != (elf->is_32_bit ? MACHINE_386 : MACHINE_X86_64) || elf->bytes[ELF_DATA] != 1) {
        return refuse(elf, ERR_UNSUPPORTED, "a kernel for another kind of processor");
    }
    return 0;
}

static int open_elf(struct elf *elf)
{
    int error = check_machine(elf);
    if (error != 0) {
        return error;
    }
    return elf_find_headers(elf)
               ? 0
               : refuse(elf, ERR_CORRUPT,
                        "a truncated or damaged ELF file: its program headers are not in it");
}

/* ---- segments ------------------------------------------------------------------------------- */

static int take_segment(const struct elf *elf, const struct program_header *header,
                        struct kernel_segment *segment)
{
    uint64_t end;
    if (!range_within(header->offset, header->file_size, elf->size)) {
        return fail(elf->file->log, ERR_CORRUPT,
                    "%s: truncated: a segment of %lu bytes begins at byte %lu of %lu",
                    elf->file->name, header->file_size, header->offset, elf->size);
    }
    if (header->file_size > header->memory_size ||
        !checked_add(header->paddr, header->memory_size, &end)) {
        return refuse(elf, ERR_CORRUPT, "a segment's addresses or sizes cannot be right");
    }
    *segment = (struct kernel_segment){.paddr = header->paddr,
                                       .memory_size = header->memory_size,
                                       .bytes = elf->bytes + header->offset,
                                       .file_size = header->file_size};
    return 0;
}

/* Keeps the segments in the order of their addresses. */
static void insert(struct next_kernel *next, struct kernel_segment segment)
{
    size_t at = next->segment_count++;
    for (; at > 0 && next->segments[at - 1].paddr > segment.paddr; at--) {
        next->segments[at] = next->segments[at - 1];
    }
    next->segments[at] = segment;
}

static int check_overlap(const struct elf *elf, const struct next_kernel *next)
{
    for (size_t i = 1; i < next->segment_count; i++) {
        const struct kernel_segment *before = &next->segments[i - 1];
        if (before->paddr + before->memory_size > next->segments[i].paddr) {
            return refuse(elf, ERR_CORRUPT, "two segments overlap");
        }
    }
    return next->segment_count > 0 ? 0 : refuse(elf, ERR_CORRUPT, "nothing in it is to be loaded");
}

static int take_segments(const struct elf *elf, struct arena *arena, struct next_kernel *next)
{
    size_t limit = elf->program_header_count + 1U; /* and a symbol table */
    next->segments = arena_array(arena, limit, sizeof *next->segments);
    if (next->segments == NULL) {
        return ERR_NO_MEMORY;
    }
    next->entry_paddr = elf->entry; /* unless it is a virtual address */
    for (unsigned i = 0; i < elf->program_header_count; i++) {
        struct program_header header = elf_program_header(elf, i);
        struct kernel_segment segment = {0};
        if (header.type != PT_LOAD_TYPE || header.memory_size == 0) {
            continue;
        }
        int error = take_segment(elf, &header, &segment);
        if (error != 0) {
            return error;
        }
        insert(next, segment);
        if (elf->entry - header.vaddr < header.memory_size) {
            next->entry_paddr = elf->entry - header.vaddr + header.paddr;
        }
    }
    return check_overlap(elf, next);
}

/* ---- the whole ------------------------------------------------------------------------------ */

int elf_parse(const struct source *file, const uint8_t *bytes, size_t size, struct arena *arena,
              struct next_kernel *next)
{
    struct elf elf = {.file = file, .bytes = bytes, .size = size, .program_headers = bytes};
    bool bsd_symtab = false;
    int error = open_elf(&elf);
    if (error != 0) {
        return error;
    }
    error = notes_read(&elf, next, &bsd_symtab);
    if (error != 0) {
        return error;
    }
    error = take_segments(&elf, arena, next);
    if (error != 0) {
        return error;
    }
    next->name = file->name;
    next->is_32_bit = elf.is_32_bit;
    return bsd_symtab && !elf.is_32_bit ? symtab_append(&elf, arena, next) : 0;
}
