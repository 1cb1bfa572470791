/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/ramdisk.h"

#include "hypervisor/xen-pv/frames.h"
#include "hypervisor/xen-pv/maps.h"
#include "hypervisor/xen-pv/memory_map.h"
#include "hypervisor/xen-pv/start.h"

enum { SIZE_LIMIT = 16 << 20 }; /* bytes: no config is larger */

const void *ramdisk_map(size_t *size)
{
    *size = start_info->mod_len;
    if (*size == 0 || *size > SIZE_LIMIT) {
        return NULL;
    }
    if ((start_info->flags & SIF_MOD_START_PFN) == 0) {
        return (const void *)start_info->mod_start;
    }
    for (size_t offset = 0; offset < *size; offset += PAGE_SIZE) {
        mfn_t mfn = frames_p2m()[start_info->mod_start + (offset >> PAGE_SHIFT)];
        const void *address = (const void *)(RAMDISK_BASE + offset);
        if (maps_set(address, mfn << PAGE_SHIFT | (PTE_PAGE & ~PTE_WRITE)) != 0) {
            return NULL;
        }
    }
    return (const void *)RAMDISK_BASE;
}
