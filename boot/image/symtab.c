/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/image/symtab.h"

#include <string.h>

#include "fs/source.h"
#include "hypervisor/next_kernel.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum {
    SIZE_SIZE = 4, /* bytes of the number before the ELF header */
    SECTION_COUNT = 3,
    SYMBOLS = 1, /* indices of sections */
    STRINGS = 2,
    HEADERS_SIZE = ELF_HEADER_SIZE + SECTION_COUNT * SECTION_HEADER_SIZE,
    ALIGNMENT = 8,
    CURRENT_VERSION = 1,
};

/* The headers of the two sections in the kernel's file. */
struct sections {
    const uint8_t *symbols, *strings;
};

static const uint8_t *section(const struct elf *elf, uint64_t index, uint32_t type)
{
    if (index >= elf->section_header_count) {
        return NULL;
    }
    const uint8_t *header = elf->section_headers + index * SECTION_HEADER_SIZE;
    return le32(header + S_TYPE) == type ? header : NULL;
}

/* The first symbol table counts. False when there is none with strings: the kernel was stripped. */
static bool find_sections(const struct elf *elf, struct sections *sections)
{
    *sections = (struct sections){0};
    for (unsigned i = 0; sections->symbols == NULL && i < elf->section_header_count; i++) {
        sections->symbols = section(elf, i, SHT_SYMTAB_TYPE);
    }
    if (sections->symbols != NULL) {
        sections->strings = section(elf, le32(sections->symbols + S_LINK), SHT_STRTAB_TYPE);
    }
    return sections->strings != NULL;
}

static bool is_in_file(const struct elf *elf, const uint8_t *header)
{
    return range_within(le64(header + S_OFFSET), le64(header + S_SIZE), elf->size);
}

static void fill_header(const struct elf *elf, uint8_t *header)
{
    memcpy(header, elf->bytes, ELF_HEADER_SIZE);
    put_le32(header + ELF_VERSION, CURRENT_VERSION);
    put_le64(header + ELF_PROGRAM_HEADERS, 0);
    put_le64(header + ELF_SECTION_HEADERS, ELF_HEADER_SIZE);
    put_le16(header + ELF_SIZE, ELF_HEADER_SIZE);
    put_le16(header + ELF_PROGRAM_HEADER_SIZE, 0);
    put_le16(header + ELF_PROGRAM_HEADER_COUNT, 0);
    put_le16(header + ELF_SECTION_HEADER_SIZE, SECTION_HEADER_SIZE);
    put_le16(header + ELF_SECTION_HEADER_COUNT, SECTION_COUNT);
    put_le16(header + ELF_SECTION_NAMES, 0);
}

/* Copies section `index` and its header; `offset` counts from the new ELF header. Returns the section's size. */
static uint64_t place(const struct elf *elf, const uint8_t *from, uint8_t *header, unsigned index,
                      uint64_t offset)
{
    uint8_t *to = header + ELF_HEADER_SIZE + (size_t)index * SECTION_HEADER_SIZE;
    uint64_t size = le64(from + S_SIZE);
    memcpy(to, from, SECTION_HEADER_SIZE);
    put_le64(to + S_OFFSET, offset);
    memcpy(header + offset, elf->bytes + le64(from + S_OFFSET), size);
    return size;
}

static void fill(const struct elf *elf, const struct sections *sections, uint8_t *bytes)
{
    uint8_t *header = bytes + SIZE_SIZE;
    uint64_t offset = align_up(SIZE_SIZE + HEADERS_SIZE, ALIGNMENT) - SIZE_SIZE;
    fill_header(elf, header);
    uint64_t end = offset + place(elf, sections->symbols, header, SYMBOLS, offset);
    put_le32(header + ELF_HEADER_SIZE + SYMBOLS * SECTION_HEADER_SIZE + S_LINK, STRINGS);
    offset = align_up(end + SIZE_SIZE, ALIGNMENT) - SIZE_SIZE;
    end = offset + place(elf, sections->strings, header, STRINGS, offset);
    put_le32(bytes, (uint32_t)end);
}

static uint64_t size_of(const struct sections *sections)
{
    uint64_t symbols = align_up(le64(sections->symbols + S_SIZE), ALIGNMENT);
    uint64_t strings = align_up(le64(sections->strings + S_SIZE), ALIGNMENT);
    return align_up(SIZE_SIZE + HEADERS_SIZE, ALIGNMENT) + symbols + strings;
}

int symtab_append(const struct elf *elf, struct arena *arena, struct next_kernel *next)
{
    struct sections sections;
    if (!find_sections(elf, &sections)) {
        return 0;
    }
    if (!is_in_file(elf, sections.symbols) || !is_in_file(elf, sections.strings)) {
        return fail(elf->file->log, ERR_CORRUPT, "%s: truncated: its symbol table is not in it",
                    elf->file->name);
    }
    const struct kernel_segment *last = &next->segments[next->segment_count - 1];
    uint64_t size = size_of(&sections), end = last->paddr + last->memory_size;
    if (end > UINT64_MAX - ALIGNMENT - size) {
        return fail(elf->file->log, ERR_CORRUPT, "%s: there is no address for its symbol table",
                    elf->file->name);
    }
    uint8_t *bytes = arena_alloc(arena, size);
    if (bytes == NULL) {
        return fail(elf->file->log, ERR_NO_MEMORY, "%s: no memory for its symbol table (%lu KiB)",
                    elf->file->name, size >> 10);
    }
    fill(elf, &sections, bytes);
    next->segments[next->segment_count++] = (struct kernel_segment){
        .paddr = align_up(end, ALIGNMENT), .memory_size = size, .bytes = bytes, .file_size = size};
    return 0;
}
