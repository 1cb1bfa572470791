/* SPDX-License-Identifier: BSD-2-Clause */
/* BSD disklabels for tests, in either byte order. */
#pragma once

#include "fs/partition/bsdlabel.h"
#include "tests/unit/partition_disk.h"

struct label_maker {
    uint8_t *p;
    bool big_endian;
};

static inline void put32(const struct label_maker *label, size_t offset, uint32_t value)
{
    put_le32(label->p + offset, label->big_endian ? __builtin_bswap32(value) : value);
}

static inline void put16(const struct label_maker *label, size_t offset, uint16_t value)
{
    put_le16(label->p + offset, label->big_endian ? __builtin_bswap16(value) : value);
}

/* The checksum is after the second magic number, and before the number of partitions. */
static inline void seal_label(const struct label_maker *label, uint16_t count)
{
    uint16_t sum = 0;
    put16(label, 136, 0);
    put16(label, LABEL_COUNT, count);
    for (size_t i = 0; i < LABEL_ENTRIES + (size_t)count * LABEL_ENTRY_SIZE; i += 2) {
        sum ^= le16(label->p + i);
    }
    put_le16(label->p + 136, sum);
}

static inline struct label_maker open_label(uint8_t *p, bool big_endian)
{
    struct label_maker label = {p, big_endian};
    put32(&label, 0, LABEL_MAGIC);
    put32(&label, LABEL_MAGIC2, LABEL_MAGIC);
    put32(&label, LABEL_SECTOR_SIZE, 512);
    return label;
}

static inline void put_part(const struct label_maker *label, char letter, uint8_t type,
                            uint32_t offset, uint32_t size)
{
    size_t at = LABEL_ENTRIES + (size_t)(letter - 'a') * LABEL_ENTRY_SIZE;
    put32(label, at + LABEL_SIZE_LOW, size);
    put32(label, at + LABEL_OFFSET_LOW, offset);
    label->p[at + LABEL_TYPE] = type;
}
