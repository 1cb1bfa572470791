/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/host/arena.h"

#include <sys/mman.h>

#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"

static int full(struct arena *arena, size_t needed)
{
    (void)arena;
    (void)needed;
    return ERR_NO_MEMORY;
}

int host_arena_open(struct arena *arena)
{
    static const size_t sizes[] = {(size_t)64 << 30, (size_t)4 << 30,
                                   (size_t)512 << 20}; /* what the system grants */
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        void *base = mmap(NULL, sizes[i], PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (base != MAP_FAILED) {
            *arena =
                (struct arena){.base = base, .ready = sizes[i], .limit = sizes[i], .grow = full};
            return 0;
        }
    }
    return ERR_NO_MEMORY;
}

/*
 * The loader's image, Xen's tables and ours take the initial mapping; the p2m has 8 bytes for each
 * page; and no more can be mapped than there is room for tables in the initial mapping.
 */
int host_arena_limit(struct arena *arena, uint64_t memory)
{
    enum { INITIAL_MAPPING = 4 << 20, MAPPED_LIMIT = 1584 << 20, P2M_SHARE = 4096 / 8 };
    uint64_t taken = INITIAL_MAPPING + memory / P2M_SHARE;
    if (memory <= taken + arena->used) {
        return ERR_NO_MEMORY;
    }
    arena->limit = min_u64(arena->limit, min_u64(memory - taken, MAPPED_LIMIT));
    arena->ready = arena->limit;
    return 0;
}
