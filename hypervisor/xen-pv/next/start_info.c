/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/next/start_info.h"

#include <string.h>

#include "hypervisor/next_kernel.h"
#include "lib/arena.h"

/* Xen's builder rounds the size of an initrd up to whole pages if the kernel takes it by its page. */
static void fill_initrd(start_info_t *info, const struct next_kernel *next,
                        const struct layout *layout)
{
    if (layout->initrd_pages == 0) {
        return;
    }
    info->flags |= next->module_count > 0 ? SIF_MULTIBOOT_MOD : 0;
    if (layout->initrd_mapped) {
        info->mod_start = layout->virt_base + layout->initrd_pfn * PAGE_SIZE;
        info->mod_len = layout_initrd_size(next);
    } else {
        info->mod_start = layout->initrd_pfn;
        info->mod_len = layout->initrd_pages * PAGE_SIZE;
        info->flags |= SIF_MOD_START_PFN;
    }
}

static void fill_p2m(start_info_t *info, const struct layout *layout)
{
    if (layout->p2m_mapped) {
        info->mfn_list = layout->virt_base + layout->p2m_pfn * PAGE_SIZE;
    } else {
        info->mfn_list = layout->p2m_base;
        info->first_p2m_pfn = layout->p2m_pfn;
        info->nr_p2m_frames = layout->p2m_pages + layout->p2m_table_pages;
    }
}

void start_info_fill(start_info_t *info, const start_info_t *ours, const struct next_kernel *next,
                     const struct layout *layout)
{
    memcpy(info->magic, ours->magic, sizeof info->magic);
    info->nr_pages = ours->nr_pages;
    info->shared_info = ours->shared_info;
    info->flags = ours->flags & ~(uint32_t)(SIF_MOD_START_PFN | SIF_MULTIBOOT_MOD);
    info->store_mfn = ours->store_mfn;
    info->store_evtchn = ours->store_evtchn;
    info->console.domU = ours->console.domU;
    info->pt_base = layout->virt_base + layout->tables_pfn * PAGE_SIZE;
    info->nr_pt_frames = layout->table_pages;
    fill_p2m(info, layout);
    fill_initrd(info, next, layout);
    memcpy(info->cmd_line, next->command_line, strlen(next->command_line));
}
