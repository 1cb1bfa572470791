/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/image/multiboot.h"

#include "hypervisor/next_kernel.h"
#include "lib/bytes.h"
#include "lib/checked.h"

#define MAGIC_1 0x1BADB002U
#define MAGIC_2 0xE85250D6U

enum {
    SEARCHED_1 = 8 << 10, /* bytes of the file */
    HEADER_1_SIZE = 12,
    ADDRESSES_SIZE = 20, /* they follow */
    FLAGS_1_KNOWN = 0x7, /* aligned modules, memory, screen */
    FLAGS_1_REQUIRED = 0xFFFF,
    FLAG_1_ADDRESSES = 1 << 16,

    SEARCHED_2 = 32 << 10,
    HEADER_2_SIZE = 16,
    HEADER_LENGTH = 8,
    TAG_SIZE = 8, /* of its beginning */
    TAG_FLAGS = 2,
    TAG_LENGTH = 4,
    FLAG_2_OPTIONAL = 1,
    FROM_FIRST_BYTE = -1,
};

enum tag {
    TAG_END,
    TAG_INFORMATION,
    TAG_ADDRESSES,
    TAG_ENTRY,
    TAG_CONSOLE,
    TAG_SCREEN,
    TAG_ALIGNED_MODULES,
    TAG_EFI_SERVICES,
    TAG_EFI_ENTRY_32,
    TAG_EFI_ENTRY_64,
    TAG_RELOCATABLE,
};

/* The file, and where its header is. */
struct found {
    const uint8_t *bytes;
    size_t size;
    size_t at;
};

/* ---- addresses ------------------------------------------------------------------------------ */

/* Those of the header, of the first byte to be loaded, of the ends of what is loaded and of zeros; ends may be 0. */
static void take_addresses(const struct found *found, const uint8_t *fields,
                           struct kernel_multiboot *multiboot)
{
    uint32_t header = le32(fields), start = le32(fields + 4);
    uint32_t end = le32(fields + 8), bss_end = le32(fields + 12);
    multiboot->has_addresses = true;
    start = start == (uint32_t)FROM_FIRST_BYTE ? header - (uint32_t)found->at : start;
    uint64_t before = header - start; /* bytes of what is loaded before the header */
    if (header < start || before > found->at) {
        return;
    }
    uint64_t offset = found->at - before;
    uint64_t length = end != 0 ? (uint64_t)end - start : found->size - offset;
    uint64_t memory = bss_end != 0 ? (uint64_t)bss_end - start : length;
    if (range_within(offset, length, found->size) && length <= memory && memory <= UINT32_MAX) {
        multiboot->image = (struct kernel_segment){.paddr = start,
                                                   .memory_size = memory,
                                                   .bytes = found->bytes + offset,
                                                   .file_size = length};
    }
}

/* ---- version 1 ------------------------------------------------------------------------------ */

static bool find_1(struct found *found)
{
    size_t end = min_u64(found->size, SEARCHED_1);
    for (found->at = 0; found->at + HEADER_1_SIZE <= end; found->at += 4) {
        const uint8_t *header = found->bytes + found->at;
        if (le32(header) == MAGIC_1 && le32(header) + le32(header + 4) + le32(header + 8) == 0) {
            return true;
        }
    }
    return false;
}

static void read_1(const struct found *found, struct kernel_multiboot *multiboot)
{
    const uint8_t *header = found->bytes + found->at, *addresses = header + HEADER_1_SIZE;
    uint32_t flags = le32(header + 4);
    multiboot->version = 1;
    multiboot->unknown = flags & FLAGS_1_REQUIRED & ~(uint32_t)FLAGS_1_KNOWN;
    if ((flags & FLAG_1_ADDRESSES) == 0) {
        return;
    }
    multiboot->has_addresses = true;
    if (range_within(found->at + HEADER_1_SIZE, ADDRESSES_SIZE, found->size)) {
        take_addresses(found, addresses, multiboot);
        multiboot->has_entry = true;
        multiboot->entry = le32(addresses + 16);
    }
}

/* ---- version 2 ------------------------------------------------------------------------------ */

static bool find_2(struct found *found)
{
    size_t end = min_u64(found->size, SEARCHED_2);
    for (found->at = 0; found->at + HEADER_2_SIZE <= end; found->at += 8) {
        const uint8_t *header = found->bytes + found->at;
        uint32_t sum = le32(header) + le32(header + 4) + le32(header + 8) + le32(header + 12);
        if (le32(header) == MAGIC_2 && sum == 0) {
            return true;
        }
    }
    return false;
}

static void need(struct kernel_multiboot *multiboot, uint32_t information)
{
    if (information < 32) {
        multiboot->needs |= UINT32_C(1) << information;
    } else {
        multiboot->unknown = information;
    }
}

/* What must be there; that which may be there is not asked about. */
static void take_required(const uint8_t *tag, uint32_t size, struct kernel_multiboot *multiboot)
{
    switch (le16(tag)) {
    case TAG_INFORMATION:
        for (uint32_t at = TAG_SIZE; at + 4 <= size; at += 4) {
            need(multiboot, le32(tag + at));
        }
        break;
    case TAG_CONSOLE:
        if (size >= 12 && (le32(tag + TAG_SIZE) & 1) != 0) { /* it wants one at all */
            need(multiboot, MULTIBOOT_SCREEN);
        }
        break;
    case TAG_SCREEN:
        need(multiboot, MULTIBOOT_SCREEN);
        break;
    case TAG_EFI_SERVICES:
        need(multiboot, MULTIBOOT_EFI_SERVICES);
        break;
    default:
        multiboot->unknown = le16(tag) > TAG_RELOCATABLE ? le16(tag) : multiboot->unknown;
        break;
    }
}

static void take_tag(const struct found *found, const uint8_t *tag, uint32_t size,
                     struct kernel_multiboot *multiboot)
{
    const uint8_t *fields = tag + TAG_SIZE;
    uint16_t type = le16(tag);
    if (type == TAG_ADDRESSES && size >= 24) {
        take_addresses(found, fields, multiboot);
    } else if (type == TAG_ENTRY && size >= 12) {
        multiboot->has_entry = true;
        multiboot->entry = le32(fields);
    } else if (type == TAG_RELOCATABLE && size >= 24) {
        multiboot->can_move = true;
        multiboot->minimum = le32(fields);
        multiboot->maximum = le32(fields + 4);
        multiboot->alignment = le32(fields + 8);
    } else if ((le16(tag + TAG_FLAGS) & FLAG_2_OPTIONAL) == 0) {
        take_required(tag, size, multiboot);
    }
}

/* A header that ends without its last tag is read as far as it goes. */
static void read_2(const struct found *found, struct kernel_multiboot *multiboot)
{
    const uint8_t *header = found->bytes + found->at;
    uint64_t length = min_u64(le32(header + HEADER_LENGTH), found->size - found->at);
    multiboot->version = 2;
    for (uint64_t at = HEADER_2_SIZE; range_within(at, TAG_SIZE, length);) {
        const uint8_t *tag = header + at;
        uint32_t size = le32(tag + TAG_LENGTH);
        if (le16(tag) == TAG_END || size < TAG_SIZE || !range_within(at, size, length)) {
            return;
        }
        take_tag(found, tag, size, multiboot);
        at += align_up(size, 8);
    }
}

/* ---- both ----------------------------------------------------------------------------------- */

void multiboot_find(const uint8_t *bytes, size_t size, unsigned version,
                    struct kernel_multiboot *multiboot)
{
    struct found found = {.bytes = bytes, .size = size};
    *multiboot = (struct kernel_multiboot){0};
    bool has_1 = version != 2 && find_1(&found);
    if (!has_1 && find_2(&found)) {
        read_2(&found, multiboot);
    } else if (has_1 || find_1(&found)) {
        read_1(&found, multiboot);
    }
}
