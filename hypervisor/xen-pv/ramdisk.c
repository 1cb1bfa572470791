/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/ramdisk.h"

#include "hypervisor/xen-pv/frames.h"
#include "hypervisor/xen-pv/maps.h"
#include "hypervisor/xen-pv/memory_map.h"
#include "hypervisor/xen-pv/start.h"
#include "lib/log.h"

enum { SIZE_LIMIT = 16 << 20 }; /* bytes: no config is larger */

/* Maps the module's pages at RAMDISK_BASE. */
static int map_pages(void)
{
    for (size_t offset = 0; offset < start_info->mod_len; offset += PAGE_SIZE) {
        mfn_t mfn = frames_p2m()[start_info->mod_start + (offset >> PAGE_SHIFT)];
        const void *address = (const void *)(RAMDISK_BASE + offset);
        int error = maps_set(address, mfn << PAGE_SHIFT | (PTE_PAGE & ~PTE_WRITE));
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

const void *ramdisk_map(size_t *size, struct log *log)
{
    *size = start_info->mod_len;
    if (*size == 0) {
        return NULL;
    }
    if (*size > SIZE_LIMIT) {
        log_line(log, "ramdisk=: %lu KiB are no config, which has %u at most: passed over",
                 *size >> 10, SIZE_LIMIT >> 10);
        return NULL;
    }
    if ((start_info->flags & SIF_MOD_START_PFN) == 0) {
        return (const void *)start_info->mod_start;
    }
    if (map_pages() != 0) {
        log_line(log, "ramdisk=: no memory to map its %lu KiB: passed over", *size >> 10);
        return NULL;
    }
    return (const void *)RAMDISK_BASE;
}
