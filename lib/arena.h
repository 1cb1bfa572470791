/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An arena: memory that is handed out upwards and given back in one piece.
 *
 *      base           used              ready
 *       | in use .....|                  |
 *       |             | mapped, free     | address space that grow() can fill
 *
 * A mark remembers `used`; release goes back to it. What outlives an attempt to boot is allocated
 * before the attempt's mark. Under Xen the bytes above `ready` have no frames yet; grow() maps
 * them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_SIZE ((size_t)4096)

struct arena {
    uint8_t *base; /* page-aligned */
    size_t used;
    size_t ready;
    size_t limit; /* bytes of address space from base on */
    size_t held;  /* bytes from base on that are not given back: see arena_hold */

    /*
     * Makes at least `needed` bytes from base on usable and raises `ready`. Returns 0 or
     * ERR_NO_MEMORY.
     */
    int (*grow)(struct arena *, size_t needed);
};

/*
 * Makes `child` an arena of a fixed size inside of `parent`: for what must outlive a mark of the
 * parent's that is set later. Returns 0 or ERR_NO_MEMORY.
 */
int arena_open_within(struct arena *child, struct arena *parent, size_t size);

/* `size` zeroed bytes, aligned to 16, or NULL when there is no memory. */
void *arena_alloc(struct arena *, size_t size);

/*
 * `count` zeroed elements of `size` bytes, or NULL when there is no memory or the product
 * overflows.
 */
void *arena_array(struct arena *, size_t count, size_t size);

/* `size` bytes of whole pages, NOT cleared, or NULL when there is no memory. */
void *arena_pages(struct arena *, size_t size);

/*
 * Makes the newest allocation, which began at `start`, `size` bytes long (larger or smaller)
 * without moving it. Returns 0 or ERR_NO_MEMORY.
 */
int arena_resize(struct arena *, void *start, size_t size);

/* A NUL-terminated copy of `length` bytes, or NULL. */
char *arena_copy(struct arena *, const char *text, size_t length);

/* The formatted text in the arena, or NULL. */
char *arena_format(struct arena *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What to hand to arena_release to give back all that is allocated from now on. */
size_t arena_mark(const struct arena *);
void arena_release(struct arena *, size_t mark);

/*
 * Somebody else (a device) may still write to the memory before `end`: arena_release keeps it, until
 * arena_hold_nothing.
 */
void arena_hold(struct arena *, const void *end);
void arena_hold_nothing(struct arena *);

/* Is this an address in the arena's memory? */
bool arena_contains(const struct arena *, const void *address);
