/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/next/pages.h"

#include <stdbool.h>
#include <string.h>

#include "hypervisor/xen-pvh/ram.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"

int pvh_pages_create(struct pvh_pages *pages, struct arena *arena, size_t used, size_t limit)
{
    *pages = (struct pvh_pages){.arena = arena, .given_count = used / PAGE_SIZE};
    pages->given = arena_array(arena, pages->given_count / 64 + 1, sizeof *pages->given);
    return pages->given == NULL ? ERR_NO_MEMORY : moves_create(&pages->moves, arena, limit);
}

static uint64_t page_of(const void *address)
{
    return ram_paddr(address) / PAGE_SIZE;
}

/* Page `page`, put together of pieces: a cleared one at first. NULL: no memory. */
static uint8_t *compose(struct pvh_pages *pages, uint64_t page)
{
    if (pages->last_contents == NULL || pages->last_page != page) {
        pages->last_page = page;
        pages->last_contents = arena_pages(pages->arena, PAGE_SIZE);
        if (pages->last_contents != NULL) {
            memset(pages->last_contents, 0, PAGE_SIZE);
            moves_add(&pages->moves, page, page_of(pages->last_contents));
        }
    }
    return pages->last_contents;
}

/* Gives a page of the arena to the guest as it is. False: it is given already. */
static bool give(struct pvh_pages *pages, uint64_t page, const uint8_t *contents)
{
    size_t index = (size_t)(contents - pages->arena->base) / PAGE_SIZE;
    uint64_t bit = UINT64_C(1) << index % 64;
    if (index >= pages->given_count || (pages->given[index / 64] & bit) != 0) {
        return false;
    }
    pages->given[index / 64] |= bit;
    moves_add(&pages->moves, page, page_of(contents));
    return true;
}

/* `length` bytes at `paddr`, within one page: `bytes` of them from the file, then zeros. */
static int place_part(struct pvh_pages *pages, uint64_t paddr, const uint8_t *contents,
                      size_t bytes, size_t length)
{
    uint64_t page = paddr / PAGE_SIZE;
    if (bytes == 0 && length == PAGE_SIZE) {
        moves_add(&pages->moves, page, MOVE_ZERO);
        return 0;
    }
    if (bytes == PAGE_SIZE && (uintptr_t)contents % PAGE_SIZE == 0 && give(pages, page, contents)) {
        return 0;
    }
    uint8_t *target = compose(pages, page);
    if (target == NULL) {
        return ERR_NO_MEMORY;
    }
    memcpy(target + paddr % PAGE_SIZE, contents, bytes);
    pages->copied += bytes;
    return 0;
}

int pvh_pages_place(struct pvh_pages *pages, uint64_t paddr, const uint8_t *bytes,
                    uint64_t file_size, uint64_t size)
{
    for (uint64_t done = 0; done < size;) {
        size_t length = min_u64(PAGE_SIZE - (paddr + done) % PAGE_SIZE, size - done);
        size_t count = done < file_size ? min_u64(length, file_size - done) : 0;
        int error =
            place_part(pages, paddr + done, count > 0 ? bytes + done : bytes, count, length);
        if (error != 0) {
            return error;
        }
        done += length;
    }
    return 0;
}

void pvh_pages_move(struct pvh_pages *pages, uint64_t paddr, const uint8_t *bytes, uint64_t size)
{
    for (uint64_t done = 0; done < size; done += PAGE_SIZE) {
        moves_add(&pages->moves, (paddr + done) / PAGE_SIZE, page_of(bytes + done));
    }
}
