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

int host_arena_open(struct arena *arena, uint64_t size)
{
    size_t limit = align_down(size, PAGE_SIZE);
    void *base = mmap(NULL, limit, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) { /* or no page */
        return ERR_NO_MEMORY;
    }
    *arena = (struct arena){.base = base, .ready = limit, .limit = limit, .grow = full};
    return 0;
}

void host_arena_close(struct arena *arena)
{
    if (arena->base != NULL) {
        (void)munmap(arena->base, arena->limit); /* it is mapped */
    }
}
