/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The headers of either class. Most of their numbers are words, of 4 bytes in a file of 32 bits and of 8 in one of 64 (W):
 *
 *      24      24+W              24+2W             24+3W   +6       +8        +10      +12       +14
 *      | entry | program headers | section headers | ...  | size of one | count | size of one | count | names |     ELF
 *
 *      0      W        2W      3W      4W          5W
 *      | type | offset | vaddr | paddr | file size | memory size | ...                                        program
 *
 *      0      4      8       8+W    8+2W     8+3W
 *      | name | type | flags | addr | offset | size | ...                                                     section
 */
#include "boot/image/elf.h"
#include "lib/bytes.h"
#include "lib/checked.h"

enum {
    SIZES_AFTER_WORDS = 6, /* bytes: flags, and the ELF header's size */
    PROGRAM_HEADER_SIZE = 56,
    PROGRAM_HEADER_32_SIZE = 32,
    SECTION_HEADER_32_SIZE = 40,
};

static size_t word_size(const struct elf *elf)
{
    return elf->is_32_bit ? 4 : 8;
}

/* The word at number `index` of those from `bytes` on. */
static uint64_t word(const struct elf *elf, const uint8_t *bytes, unsigned index)
{
    const uint8_t *at = bytes + word_size(elf) * index;
    return elf->is_32_bit ? le32(at) : le64(at);
}

static size_t program_header_size(const struct elf *elf)
{
    return elf->is_32_bit ? PROGRAM_HEADER_32_SIZE : PROGRAM_HEADER_SIZE;
}

static size_t section_header_size(const struct elf *elf)
{
    return elf->is_32_bit ? SECTION_HEADER_32_SIZE : SECTION_HEADER_SIZE;
}

bool elf_find_headers(struct elf *elf)
{
    const uint8_t *words = elf->bytes + ELF_ENTRY;
    const uint8_t *sizes = words + 3 * word_size(elf) + SIZES_AFTER_WORDS;
    uint64_t program = word(elf, words, 1), section = word(elf, words, 2);
    elf->entry = word(elf, words, 0);
    elf->program_header_count = le16(sizes + 2);
    elf->section_header_count = le16(sizes + 6);
    elf->section_names = le16(sizes + 8);
    if (le16(sizes + 4) != section_header_size(elf) ||
        !range_within(section, elf->section_header_count * section_header_size(elf), elf->size)) {
        elf->section_header_count = 0; /* a kernel starts without them; a stripped one has none */
        section = 0;
    }
    elf->section_headers = elf->bytes + section;
    if (le16(sizes) != program_header_size(elf) ||
        !range_within(program, elf->program_header_count * program_header_size(elf), elf->size)) {
        return false;
    }
    elf->program_headers = elf->bytes + program;
    return true;
}

struct program_header elf_program_header(const struct elf *elf, unsigned index)
{
    const uint8_t *header = elf->program_headers + index * program_header_size(elf);
    return (struct program_header){.type = le32(header),
                                   .offset = word(elf, header, 1),
                                   .vaddr = word(elf, header, 2),
                                   .paddr = word(elf, header, 3),
                                   .file_size = word(elf, header, 4),
                                   .memory_size = word(elf, header, 5)};
}

struct section_header elf_section_header(const struct elf *elf, unsigned index)
{
    enum { FLAGS = 8 };
    const uint8_t *header = elf->section_headers + index * section_header_size(elf);
    return (struct section_header){.name = le32(header),
                                   .type = le32(header + S_TYPE),
                                   .offset = word(elf, header + FLAGS, 2),
                                   .size = word(elf, header + FLAGS, 3)};
}
