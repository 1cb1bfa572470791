/* SPDX-License-Identifier: BSD-2-Clause */
/* What the fuzzers share: an arena that does not grow, and a log that counts its lines. */
#pragma once

#include <stdint.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

struct counting_log {
    struct log log; /* first */
    unsigned lines;
};

static inline void fuzzing_count(struct log *log, const char *text)
{
    (void)text;
    ((struct counting_log *)log)->lines++;
}

static inline struct counting_log fuzzing_log(void)
{
    return (struct counting_log){.log.line = fuzzing_count};
}

static inline int fuzzing_full(struct arena *arena, size_t needed)
{
    (void)arena;
    (void)needed;
    return ERR_NO_MEMORY;
}

/* `memory` is aligned to pages. */
static inline struct arena fuzzing_arena(uint8_t *memory, size_t size)
{
    return (struct arena){.base = memory, .ready = size, .limit = size, .grow = fuzzing_full};
}
