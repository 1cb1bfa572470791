/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Building the next guest beside the loader, and becoming it.
 *
 *      next_check()    could this kernel be one? (check.h)
 *      next_build()    layout, pages in place, page tables filled and pinned; can fail;
 *                      next_discard() undoes it
 *      (the caller closes its devices)
 *      next_enter()    renumbers the pages, puts back what Xen gave us, and jumps; cannot fail
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "hypervisor/xen-pv/next/layout.h"
#include "hypervisor/xen-pv/next/numbering.h"
#include "hypervisor/xen-pv/paging.h"

struct arena;
struct log;

struct build {
    const struct next_kernel *next;
    struct arena *arena;
    struct layout layout;
    struct numbering numbering;
    uint64_t *given; /* a bit for each page of the arena: it is a page of the guest already */
    size_t given_pages;
    uint8_t *tables;        /* the new L4, L3s, L2s, L1s, in this order */
    uint8_t *p2m_tables;    /* L3s, L2s, L1s of a p2m outside of the main map */
    bool p2m_in_place;      /* ... or Xen's own, taken over as they are */
    size_t protected_pages; /* of `tables`, then `p2m_tables`: read-only for us */
    bool pinned;
    uint64_t copied;     /* bytes of files that did not lie in a page of their own */
    uint8_t *trampoline; /* a page, at `trampoline_address` in both worlds */
    uint64_t trampoline_address;
};

/*
 * All from `arena`; `log` hears why not. Returns 0, ERR_NO_MEMORY, ERR_INVALID or ERR_UNSUPPORTED.
 */
int next_build(struct build *, const struct next_kernel *, struct arena *, struct log *);

/* Undoes next_build, so that the arena can be released. */
void next_discard(struct build *);

_Noreturn void next_enter(struct build *);
