/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ELF notes, one after the other; name and descriptor are padded to 4 bytes:
 *
 *      0           4                 8      12
 *      | name size | descriptor size | type | name ... | descriptor ... |
 *
 * The older __xen_guest: "NAME=VALUE,NAME=VALUE,...", numbers as in C.
 */
#include "boot/image/notes.h"

#include <string.h>

#include "fs/source.h"
#include "hypervisor/next_kernel.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

/* Types of Xen's notes (xen/elfnote.h). */
enum {
    NOTE_ENTRY = 1,
    NOTE_HYPERCALL_PAGE = 2,
    NOTE_VIRT_BASE = 3,
    NOTE_PADDR_OFFSET = 4,
    NOTE_XEN_VERSION = 5,
    NOTE_GUEST_OS = 6,
    NOTE_LOADER = 8,
    NOTE_FEATURES = 10,
    NOTE_BSD_SYMTAB = 11,
    NOTE_INIT_P2M = 15,
    NOTE_MOD_START_PFN = 16,
    NOTE_PHYS32_ENTRY = 18,
    NOTE_PHYS32_RELOC = 19,
    NOTE_HEADER_SIZE = 12,
};

/* What is being filled in. */
struct notes {
    const struct elf *elf;
    struct next_kernel *next;
    bool bsd_symtab;
};

static int corrupt(const struct elf *elf, const char *what)
{
    return fail(elf->file->log, ERR_CORRUPT, "%s: its Xen notes are damaged: %s", elf->file->name,
                what);
}

/* ---- notes ---------------------------------------------------------------------------------- */

static void take_text(char *text, const uint8_t *bytes, size_t length)
{
    size_t count = min_u64(length, XEN_TEXT_SIZE - 1);
    memcpy(text, bytes, count);
    text[count] = '\0';
}

/* Numbers have 4 bytes or 8. */
static int take_number(const struct elf *elf, uint64_t *number, bool *present, const uint8_t *bytes,
                       size_t length)
{
    if (length != 4 && length != 8) {
        return corrupt(elf, "a number that is neither 4 nor 8 bytes long");
    }
    *number = length == 4 ? le32(bytes) : le64(bytes);
    *present = true;
    return 0;
}

/* Linux gives it 8 bytes, of which the upper ones are zero. */
static int take_pvh_entry(const struct elf *elf, struct kernel_pvh *pvh, const uint8_t *bytes,
                          size_t length)
{
    uint64_t entry = 0;
    int error = take_number(elf, &entry, &pvh->has_entry, bytes, length);
    pvh->entry = (uint32_t)entry;
    return error;
}

/* Three 4-byte numbers, any of which may be missing from the end: alignment, minimum, maximum. */
static void take_pvh_relocation(struct kernel_pvh *pvh, const uint8_t *bytes, size_t length)
{
    enum { USUAL_ALIGNMENT = 2 << 20 };
    pvh->can_move = true;
    pvh->alignment = length >= 4 ? le32(bytes) : USUAL_ALIGNMENT;
    pvh->minimum = length >= 8 ? le32(bytes + 4) : 0;
    pvh->maximum = length >= 12 ? le32(bytes + 8) : UINT32_MAX;
}

static int take_pv_note(const struct elf *elf, struct kernel_pv *pv, uint32_t type,
                        const uint8_t *bytes, size_t length)
{
    bool present; /* 0 is as good as none */
    switch (type) {
    case NOTE_ENTRY:
        return take_number(elf, &pv->entry, &pv->has_entry, bytes, length);
    case NOTE_HYPERCALL_PAGE:
        return take_number(elf, &pv->hypercall_page, &pv->has_hypercall_page, bytes, length);
    case NOTE_VIRT_BASE:
        return take_number(elf, &pv->virt_base, &present, bytes, length);
    case NOTE_PADDR_OFFSET:
        return take_number(elf, &pv->paddr_offset, &present, bytes, length);
    case NOTE_INIT_P2M:
        return take_number(elf, &pv->init_p2m, &pv->has_init_p2m, bytes, length);
    default:
        return 0; /* of no meaning for the start */
    }
}

static int take_note(struct notes *notes, uint32_t type, const uint8_t *bytes, size_t length)
{
    struct kernel_xen *xen = &notes->next->xen;
    uint64_t flag = 0;
    bool present;
    int error = 0;
    switch (type) {
    case NOTE_XEN_VERSION:
        take_text(xen->xen_version, bytes, length);
        return 0;
    case NOTE_GUEST_OS:
        take_text(xen->guest_os, bytes, length);
        return 0;
    case NOTE_LOADER:
        take_text(xen->loader, bytes, length);
        return 0;
    case NOTE_FEATURES:
        take_text(xen->features, bytes, length);
        return 0;
    case NOTE_BSD_SYMTAB:
        notes->bsd_symtab = length >= 4 && memcmp(bytes, "yes", 4) == 0;
        return 0;
    case NOTE_MOD_START_PFN:
        error = take_number(notes->elf, &flag, &present, bytes, length);
        notes->next->pv.mod_start_pfn = flag != 0;
        return error;
    case NOTE_PHYS32_ENTRY:
        return take_pvh_entry(notes->elf, &notes->next->pvh, bytes, length);
    case NOTE_PHYS32_RELOC:
        take_pvh_relocation(&notes->next->pvh, bytes, length);
        return 0;
    default:
        return take_pv_note(notes->elf, &notes->next->pv, type, bytes, length);
    }
}

/* All notes in a range of the file; those of others are passed over. */
static int read_range(struct notes *notes, uint64_t offset, uint64_t length)
{
    const struct elf *elf = notes->elf;
    if (!range_within(offset, length, elf->size)) {
        return corrupt(elf, "they are past the end of the file");
    }
    const uint8_t *bytes = elf->bytes + offset;
    for (uint64_t at = 0; length - at >= NOTE_HEADER_SIZE;) {
        uint64_t name_size = le32(bytes + at), size = le32(bytes + at + 4);
        uint32_t type = le32(bytes + at + 8);
        uint64_t name = at + NOTE_HEADER_SIZE, value = name + align_up(name_size, 4);
        if (!range_within(value, size, length)) {
            return corrupt(elf, "one is longer than all of them");
        }
        if (name_size == 4 && memcmp(bytes + name, "Xen", 4) == 0) {
            notes->next->xen.found = true;
            int error = take_note(notes, type, bytes + value, size);
            if (error != 0) {
                return error;
            }
        }
        at = min_u64(align_up(value + size, 4), length);
    }
    return 0;
}

static int read_segments(struct notes *notes)
{
    const struct elf *elf = notes->elf;
    int error = 0;
    for (unsigned i = 0; error == 0 && i < elf->program_header_count; i++) {
        struct program_header header = elf_program_header(elf, i);
        if (header.type == PT_NOTE_TYPE) {
            error = read_range(notes, header.offset, header.file_size);
        }
    }
    return error;
}

static int read_sections(struct notes *notes)
{
    const struct elf *elf = notes->elf;
    int error = 0;
    for (unsigned i = 0; error == 0 && i < elf->section_header_count; i++) {
        struct section_header header = elf_section_header(elf, i);
        if (header.type == SHT_NOTE_TYPE) {
            error = read_range(notes, header.offset, header.size);
        }
    }
    return error;
}

/* ---- the older text ------------------------------------------------------------------------- */

/* A number as in C: 0x and 0 lead hexadecimal and octal ones. */
static uint64_t parse_number(const char *text)
{
    unsigned base = 10;
    uint64_t number = 0;
    if (text[0] == '0') {
        base = text[1] == 'x' || text[1] == 'X' ? 16 : 8;
        text += base == 16 ? 2 : 1;
    }
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)(*text | 0x20);
        unsigned digit = c >= 'a' ? c - 'a' + 10U : (unsigned)(*text - '0');
        if (digit >= base) {
            break;
        }
        number = number * base + digit;
    }
    return number;
}

static void take_pair(struct notes *notes, const char *name, const char *value)
{
    struct kernel_xen *xen = &notes->next->xen;
    struct kernel_pv *pv = &notes->next->pv;
    if (strcmp(name, "GUEST_OS") == 0) {
        take_text(xen->guest_os, (const uint8_t *)value, strlen(value));
    } else if (strcmp(name, "XEN_VER") == 0) {
        take_text(xen->xen_version, (const uint8_t *)value, strlen(value));
    } else if (strcmp(name, "LOADER") == 0) {
        take_text(xen->loader, (const uint8_t *)value, strlen(value));
    } else if (strcmp(name, "FEATURES") == 0) {
        take_text(xen->features, (const uint8_t *)value, strlen(value));
    } else if (strcmp(name, "BSD_SYMTAB") == 0) {
        notes->bsd_symtab = true; /* whatever it says */
    } else if (strcmp(name, "VIRT_BASE") == 0) {
        pv->virt_base = parse_number(value);
    } else if (strcmp(name, "ELF_PADDR_OFFSET") == 0) {
        pv->paddr_offset = parse_number(value);
    } else if (strcmp(name, "VIRT_ENTRY") == 0) {
        pv->entry = parse_number(value);
        pv->has_entry = true;
    } else if (strcmp(name, "HYPERCALL_PAGE") == 0) {
        pv->hypercall_page = parse_number(value); /* a page number, until virt_base is known */
        pv->has_hypercall_page = true;
    }
}

/* The next "NAME=VALUE" of `text`; values end at a comma. Returns what follows it. */
static const char *take_word(struct notes *notes, const char *text, size_t left)
{
    char word[XEN_TEXT_SIZE];
    size_t length = 0;
    while (length < left && text[length] != ',' && text[length] != '\0') {
        length++;
    }
    take_text(word, (const uint8_t *)text, length);
    char *value = strchr(word, '=');
    if (value != NULL) {
        *value++ = '\0';
    }
    take_pair(notes, word, value != NULL ? value : "");
    return text + length + (length < left ? 1 : 0);
}

static void read_text(struct notes *notes, const char *text, size_t size)
{
    struct kernel_pv *pv = &notes->next->pv;
    const char *end = text + size;
    notes->next->xen.found = true;
    pv->paddr_offset = UINT64_MAX; /* = VIRT_BASE, where it does not say */
    while (text < end && *text != '\0') {
        text = take_word(notes, text, (size_t)(end - text));
    }
    if (pv->paddr_offset == UINT64_MAX) {
        pv->paddr_offset = pv->virt_base;
    }
    pv->hypercall_page = (pv->hypercall_page << 12) + pv->virt_base;
}

static bool is_called(const struct elf *elf, const struct section_header *header, const char *name)
{
    if (elf->section_names >= elf->section_header_count) {
        return false;
    }
    struct section_header names = elf_section_header(elf, elf->section_names);
    size_t length = strlen(name) + 1;
    return range_within(names.offset, names.size, elf->size) &&
           range_within(header->name, length, names.size) &&
           memcmp(elf->bytes + names.offset + header->name, name, length) == 0;
}

static int read_xen_guest(struct notes *notes)
{
    const struct elf *elf = notes->elf;
    for (unsigned i = 0; i < elf->section_header_count; i++) {
        struct section_header header = elf_section_header(elf, i);
        if (is_called(elf, &header, "__xen_guest")) {
            if (!range_within(header.offset, header.size, elf->size)) {
                return corrupt(elf, "__xen_guest is past the end of the file");
            }
            read_text(notes, (const char *)elf->bytes + header.offset, header.size);
            return 0;
        }
    }
    return 0;
}

/* The first place that has any counts. */
static int read_all(struct notes *notes)
{
    const bool *found = &notes->next->xen.found;
    int error = read_segments(notes);
    if (error != 0 || *found) {
        return error;
    }
    error = read_sections(notes);
    return error != 0 || *found ? error : read_xen_guest(notes);
}

int notes_read(const struct elf *elf, struct next_kernel *next, bool *bsd_symtab)
{
    struct notes notes = {.elf = elf, .next = next};
    next->pv.entry = elf->entry; /* unless it names another one */
    int error = read_all(&notes);
    *bsd_symtab = notes.bsd_symtab;
    return error;
}
