/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/same_bytes.h"

#include <stddef.h>
#include <string.h>

#include "lib/checked.h"
#include "libpvboot/pvboot.h"
#include "tool/progress.h"

enum { PIECE = 256 << 10 };

/* A file, and its piece with bytes that a comparison has not passed yet; all before it is a hole. */
struct side {
    struct pvboot_file *file;
    uint64_t start, end;
};

/* Goes on to the piece that ends after `offset`. At the end of the file it is all that follows. */
static int pass(struct side *side, uint64_t offset)
{
    while (side->end <= offset) {
        uint64_t start, length;
        int found = pvboot_file_next_piece(side->file, &start, &length);
        if (found < 0) {
            return found;
        }
        side->start = found > 0 ? start : UINT64_MAX;
        side->end = found > 0 ? start + length : UINT64_MAX;
    }
    return 0;
}

/* The first byte, from `offset` on, that is in no hole of both. */
static int find_bytes(struct side sides[2], uint64_t *offset)
{
    int error = pass(&sides[0], *offset);
    if (error == 0) {
        error = pass(&sides[1], *offset);
    }
    *offset = max_u64(*offset, min_u64(sides[0].start, sides[1].start));
    return error;
}

static int read_both(struct side sides[2], uint64_t offset, uint8_t bytes[2][PIECE], size_t length)
{
    for (size_t i = 0; i < 2; i++) {
        int64_t count = pvboot_file_read(sides[i].file, offset, bytes[i], length);
        if (count < 0) {
            return (int)count;
        }
    }
    return 0;
}

static size_t common_length(uint8_t bytes[2][PIECE], size_t length)
{
    size_t same = 0;
    if (memcmp(bytes[0], bytes[1], length) == 0) {
        return length;
    }
    while (bytes[0][same] == bytes[1][same]) {
        same++;
    }
    return same;
}

int same_bytes(struct pvboot_file *a, struct pvboot_file *b, uint64_t *offset,
               struct tool_progress *progress)
{
    static uint8_t bytes[2][PIECE];
    struct side sides[2] = {{.file = a}, {.file = b}};
    uint64_t end = min_u64(pvboot_file_size(a), pvboot_file_size(b));
    *offset = 0;
    for (;;) {
        int error = find_bytes(sides, offset);
        if (error != 0 || *offset >= end) {
            return error != 0 ? error : 1;
        }
        size_t length = min_u64(PIECE, end - *offset);
        error = read_both(sides, *offset, bytes, length);
        if (error != 0) {
            return error;
        }
        size_t same = common_length(bytes, length);
        *offset += same;
        progress_add(progress, 0, same);
        if (same < length) {
            return 0;
        }
    }
}
