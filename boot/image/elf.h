/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ELF files of 64-bit kernels (System V ABI, chapters 4 and 5; Xen's public header elfnote.h).
 *
 *      | ELF header | program headers ... | segments ... | section headers ... |
 *
 * Where the Xen information is: in notes of PT_NOTE segments, else in SHT_NOTE sections, else as
 * text in a section called __xen_guest.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct arena;
struct next_kernel;
struct source;

/* ELF header */
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

/* Program header */
enum {
    P_TYPE = 0,
    P_OFFSET = 8,
    P_PADDR = 24,
    P_FILE_SIZE = 32,
    P_MEMORY_SIZE = 40,
    PROGRAM_HEADER_SIZE = 56,
    PT_LOAD_TYPE = 1,
    PT_NOTE_TYPE = 4,
};

/* Section header */
enum {
    S_NAME = 0,
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
    const uint8_t *program_headers;
    unsigned program_header_count;
    const uint8_t *section_headers;
    unsigned section_header_count;
};

/*
 * Parses the `size` bytes of `file` (unpacked) and fills in the kernel's part of `next`; whether the
 * machine can start it is not looked at. Returns 0; ERR_UNSUPPORTED for what is no 64-bit x86 kernel;
 * ERR_CORRUPT; all logged.
 */
int elf_parse(const struct source *file, const uint8_t *bytes, size_t size, struct arena *,
              struct next_kernel *);
