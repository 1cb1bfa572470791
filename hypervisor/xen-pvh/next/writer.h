/* SPDX-License-Identifier: BSD-2-Clause */
/* Pieces one after the other, written where there is room for them; or only counted, to know how much that is. */
#pragma once

#include <stdint.h>

struct writer {
    uint8_t *bytes; /* cleared; NULL: they are only counted */
    uint64_t used;
};

/* Room for `size` bytes, at a multiple of 8. Returns their offset. */
uint64_t writer_room(struct writer *, uint64_t size);

/* A text with its NUL. Returns its offset, which is any. */
uint64_t writer_text(struct writer *, const char *);

/* Puts something at an offset for which there is room. */
void writer_put32(struct writer *, uint64_t at, uint64_t value);
void writer_put64(struct writer *, uint64_t at, uint64_t value);
void writer_put(struct writer *, uint64_t at, const void *from, uint64_t size);
