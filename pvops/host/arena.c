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

void host_arena_close(struct arena *arena)
{
    if (arena->base != NULL) {
        (void)munmap(arena->base, arena->limit); /* it is mapped */
    }
}

int host_arena_limit(struct arena *arena, uint64_t size)
{
    size_t limit = align_down(size, PAGE_SIZE);
    if (limit <= arena->used) {
        return ERR_NO_MEMORY;
    }
    if (limit < arena->limit) {
        (void)munmap(arena->base + limit, arena->limit - limit); /* likewise */
        arena->limit = arena->ready = limit;
    }
    return 0;
}
