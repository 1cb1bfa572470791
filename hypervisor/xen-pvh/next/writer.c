/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/next/writer.h"

#include <string.h>

#include "lib/bytes.h"
#include "lib/checked.h"

uint64_t writer_room(struct writer *writer, uint64_t size)
{
    uint64_t at = align_up(writer->used, 8);
    writer->used = at + size;
    return at;
}

uint64_t writer_text(struct writer *writer, const char *text)
{
    uint64_t at = writer->used, size = strlen(text) + 1;
    writer->used += size;
    writer_put(writer, at, text, size);
    return at;
}

void writer_put32(struct writer *writer, uint64_t at, uint64_t value)
{
    if (writer->bytes != NULL) {
        put_le32(writer->bytes + at, (uint32_t)value);
    }
}

void writer_put64(struct writer *writer, uint64_t at, uint64_t value)
{
    if (writer->bytes != NULL) {
        put_le64(writer->bytes + at, value);
    }
}

void writer_put(struct writer *writer, uint64_t at, const void *from, uint64_t size)
{
    if (writer->bytes != NULL) {
        memcpy(writer->bytes + at, from, size);
    }
}
