/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ELF files of kernels, of 64 bits or 32 (System V ABI, chapters 4 and 5; Xen's public header elfnote.h).
 *
 *      | ELF header | program headers ... | segments ... | section headers ... |
 *
 * Where the Xen information is: in notes of PT_NOTE segments, else in SHT_NOTE sections, else as
 * text in a section called __xen_guest.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct next_kernel;
struct source;

/* ELF header, of 64 bits */
enum {
    ELF_CLASS = 4, /* 1: 32 bits, 2: 64 */
    ELF_DATA = 5,  /* 1: little-endian */
    ELF_MACHINE = 18,
    ELF_VERSION = 20,
    ELF_ENTRY = 24,
    ELF_PROGRAM_HEADERS = 32,
    ELF_SECTION_HEADERS = 40,
    ELF_SIZE = 52, /* of this header */
    ELF_PROGRAM_HEADER_SIZE = 54,
    ELF_PROGRAM_HEADER_COUNT = 56,
    ELF_SECTION_HEADER_SIZE = 58,
    ELF_SECTION_HEADER_COUNT = 60,
    ELF_SECTION_NAMES = 62,
    ELF_HEADER_SIZE = 64,
};

enum { PT_LOAD_TYPE = 1, PT_NOTE_TYPE = 4 };

/* Section header, of 64 bits */
enum {
    S_TYPE = 4,
    S_OFFSET = 24,
    S_SIZE = 32,
    S_LINK = 40, /* SYMTAB: the section with its strings */
    SECTION_HEADER_SIZE = 64,
    SHT_SYMTAB_TYPE = 2,
    SHT_STRTAB_TYPE = 3,
    SHT_NOTE_TYPE = 7,
};

/* An ELF file in memory, its tables checked to lie inside of it. */
struct elf {
    const struct source *file; /* for messages: its name and log */
    const uint8_t *bytes;
    size_t size;
    bool is_32_bit;
    uint64_t entry;
    const uint8_t *program_headers;
    unsigned program_header_count;
    const uint8_t *section_headers;
    unsigned section_header_count;
    unsigned section_names; /* index of the section with their names; it may be none */
};

struct program_header {
    uint32_t type;
    uint64_t offset, file_size; /* in the file */
    uint64_t vaddr, paddr, memory_size;
};

struct section_header {
    uint32_t name, type;
    uint64_t offset, size; /* in the file */
};

/* Finds the tables of headers, and entry. False: the program headers are not in the file. */
bool elf_find_headers(struct elf *);

/* A header of either class; `index` is below their count. */
struct program_header elf_program_header(const struct elf *, unsigned index);
struct section_header elf_section_header(const struct elf *, unsigned index);

/* Do these `size` bytes begin as an ELF file does? */
bool elf_is(const uint8_t *bytes, size_t size);

/*
 * Parses the `size` bytes of `file` (unpacked) and fills in the kernel's part of `next`; whether the
 * machine can start it is not looked at. Returns 0; ERR_UNSUPPORTED for what is no x86 kernel;
 * ERR_CORRUPT; all logged.
 */
int elf_parse(const struct source *file, const uint8_t *bytes, size_t size, struct arena *,
              struct next_kernel *);
