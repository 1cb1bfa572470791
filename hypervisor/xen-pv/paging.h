/* SPDX-License-Identifier: BSD-2-Clause */
/* How a PV guest counts its memory, and what its page tables hold. */
#pragma once

#include <stdint.h>

#include "hypervisor/xen/xen.h"

/* The number of a machine frame: what page tables, grants and hypercalls take. */
typedef uint64_t mfn_t;
#define INVALID_MFN (~(mfn_t)0)

/* The number of a page as this domain counts; a p2m says which frame it is. */
typedef uint64_t pfn_t;
#define INVALID_PFN (~(pfn_t)0)

enum { TABLE_ENTRIES = 512 };

/* Bits of a page-table entry. */
#define PTE_PRESENT  UINT64_C(0x001)
#define PTE_WRITE    UINT64_C(0x002)
#define PTE_USER     UINT64_C(0x004)
#define PTE_ACCESSED UINT64_C(0x020)
#define PTE_DIRTY    UINT64_C(0x040)
#define PTE_FRAME    UINT64_C(0x000FFFFFFFFFF000)

/*
 * The bits that Xen's domain builder gives a writable page, and a table. Xen itself adds USER to
 * pages.
 */
#define PTE_PAGE  (PTE_PRESENT | PTE_WRITE | PTE_ACCESSED)
#define PTE_TABLE (PTE_PRESENT | PTE_WRITE | PTE_ACCESSED | PTE_DIRTY | PTE_USER)

/* Xen's table from machine frames to pages, mapped for every PV guest. */
static inline pfn_t pfn_of_mfn(mfn_t mfn)
{
    return ((const xen_pfn_t *)MACH2PHYS_VIRT_START)[mfn];
}
