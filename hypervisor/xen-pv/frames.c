/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/frames.h"

#include <stddef.h>

#include "hypervisor/xen-pv/maps.h"
#include "hypervisor/xen-pv/memory_map.h"
#include "hypervisor/xen-pv/start.h"
#include "lib/checked.h"
#include "lib/error.h"

enum {
    CHUNK_PAGES = TABLE_ENTRIES,
    CHUNK_SIZE = CHUNK_PAGES * PAGE_SIZE,
    CHUNK_LIMIT = ARENA_LIMIT / CHUNK_SIZE,
};

static uint32_t chunk_first[CHUNK_LIMIT]; /* pfns, ascending */
static unsigned chunk_count;
static pfn_t next_free;

mfn_t *frames_p2m(void)
{
    return (mfn_t *)start_info->mfn_list;
}

static pfn_t pfn_of(const void *address)
{
    uint64_t va = (uint64_t)address;
    if (va < ARENA_BASE) {
        return (va - IMAGE_BASE) >> PAGE_SHIFT;
    }
    uint64_t page = (va - ARENA_BASE) >> PAGE_SHIFT;
    return chunk_first[page / CHUNK_PAGES] + page % CHUNK_PAGES;
}

mfn_t frames_of(const void *address)
{
    return frames_p2m()[pfn_of(address)];
}

static void *arena_page(pfn_t pfn)
{
    unsigned low = 0, high = chunk_count; /* the chunk, if any, is in [low, high) */
    while (high - low > 1) {
        unsigned middle = low + (high - low) / 2;
        *(chunk_first[middle] <= pfn ? &low : &high) = middle;
    }
    if (low == high || pfn < chunk_first[low] || pfn - chunk_first[low] >= CHUNK_PAGES) {
        return NULL;
    }
    return (void *)(ARENA_BASE + (uint64_t)low * CHUNK_SIZE +
                    ((pfn - chunk_first[low]) << PAGE_SHIFT));
}

void *frames_address(mfn_t mfn)
{
    pfn_t pfn = pfn_of_mfn(mfn);
    return pfn < maps_initial_pages() ? initial_page(pfn) : arena_page(pfn);
}

static bool is_free(pfn_t pfn)
{
    return pfn < start_info->nr_pages && frames_p2m()[pfn] != INVALID_MFN;
}

pfn_t frames_take(void)
{
    while (next_free < start_info->nr_pages && !is_free(next_free)) {
        next_free++;
    }
    return next_free < start_info->nr_pages ? next_free++ : INVALID_PFN;
}

/* The next run of free pages, at most a chunk's. */
static struct pfn_range take_run(void)
{
    struct pfn_range run = {.first = frames_take(), .count = 1};
    while (run.count < CHUNK_PAGES && run.first != INVALID_PFN && is_free(run.first + run.count)) {
        run.count++;
    }
    if (run.first != INVALID_PFN) {
        next_free = run.first + run.count;
    }
    return run;
}

/*
 * A run that a hole cuts short is passed over; only the last one before the memory's end may be
 * short.
 */
static struct pfn_range take_chunk(void)
{
    struct pfn_range run;
    do {
        run = take_run();
    } while (run.count < CHUNK_PAGES && next_free < start_info->nr_pages);
    return run;
}

/* Maps a run as the arena's next chunk. */
static int map_chunk(struct pfn_range run)
{
    uint64_t *l1 = chunk_count == CHUNK_LIMIT ? NULL : maps_table();
    if (l1 == NULL) {
        return ERR_NO_MEMORY;
    }
    for (pfn_t i = 0; i < run.count; i++) {
        l1[i] = frames_p2m()[run.first + i] << PAGE_SHIFT | PTE_PAGE;
    }
    return maps_hook((const void *)(ARENA_BASE + (uint64_t)chunk_count * CHUNK_SIZE), l1);
}

static int add_chunk(struct arena *arena)
{
    pfn_t before = next_free;
    struct pfn_range run = take_chunk();
    if (run.first == INVALID_PFN || map_chunk(run) != 0) {
        next_free = before; /* the next guest can have what cannot be mapped */
        return ERR_NO_MEMORY;
    }
    chunk_first[chunk_count++] = (uint32_t)run.first;
    arena->ready += run.count * PAGE_SIZE;
    if (run.count < CHUNK_PAGES) {
        arena->limit = arena->ready; /* this was the last one */
    }
    return 0;
}

static int grow(struct arena *arena, size_t needed)
{
    while (arena->ready < needed) {
        if (needed > arena->limit || add_chunk(arena) != 0) {
            return ERR_NO_MEMORY;
        }
    }
    return 0;
}

static pfn_t ramdisk_end(void)
{
    bool by_number = (start_info->flags & SIF_MOD_START_PFN) != 0;
    return by_number ? start_info->mod_start + ((start_info->mod_len + PAGE_SIZE - 1) >> PAGE_SHIFT)
                     : 0;
}

pfn_t frames_first(void)
{
    pfn_t first = max_u64(maps_initial_pages(), ramdisk_end());
    return max_u64(first, start_info->first_p2m_pfn + start_info->nr_p2m_frames);
}

void frames_start(struct arena *arena)
{
    chunk_count = 0;
    next_free = frames_first();
    *arena = (struct arena){.base = (uint8_t *)ARENA_BASE, .limit = ARENA_LIMIT, .grow = grow};
}
