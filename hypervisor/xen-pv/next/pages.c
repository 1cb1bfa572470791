/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/next/pages.h"

#include <string.h>

#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pv/frames.h"
#include "hypervisor/xen-pv/next/modules.h"
#include "hypervisor/xen-pv/next/start_info.h"
#include "hypervisor/xen-pv/start.h"
#include "hypervisor/xen/image.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"

enum { BITS = 64 };

uint8_t *pages_get(struct build *build, pfn_t page)
{
    mfn_t *wanted = &build->numbering.wanted[page];
    if (*wanted != NUMBERING_ANY) {
        return frames_address(*wanted);
    }
    uint8_t *contents = arena_pages(build->arena, PAGE_SIZE);
    if (contents != NULL) {
        memset(contents, 0, PAGE_SIZE);
        *wanted = frames_of(contents);
    }
    return contents;
}

/*
 * Gives a page of the arena to the guest as it is. False: it is given already, or page `page` has a
 * frame.
 */
static bool give(struct build *build, pfn_t page, const uint8_t *contents)
{
    size_t index = (size_t)(contents - build->arena->base) / PAGE_SIZE;
    uint64_t bit = UINT64_C(1) << index % BITS;
    if (index >= build->given_pages || build->numbering.wanted[page] != NUMBERING_ANY ||
        (build->given[index / BITS] & bit) != 0) {
        return false;
    }
    build->given[index / BITS] |= bit;
    build->numbering.wanted[page] = frames_of(contents);
    return true;
}

/* `length` bytes at `paddr`, within one page: `bytes` of them from the file, then zeros. */
static int place_part(struct build *build, uint64_t paddr, const uint8_t *contents, size_t bytes,
                      size_t length)
{
    pfn_t page = paddr / PAGE_SIZE;
    bool is_page = bytes == PAGE_SIZE && (uintptr_t)contents % PAGE_SIZE == 0;
    if (is_page && give(build, page, contents)) {
        return 0;
    }
    uint8_t *target = pages_get(build, page);
    if (target == NULL) {
        return ERR_NO_MEMORY;
    }
    target += paddr % PAGE_SIZE;
    memcpy(target, contents, bytes);
    build->copied += bytes;
    memset(target + bytes, 0, length - bytes);
    return 0;
}

static int place_segment(struct build *build, const struct kernel_segment *segment)
{
    for (uint64_t done = 0; done < segment->memory_size;) {
        uint64_t paddr = layout_address(build->next, segment) + done;
        size_t length = min_u64(PAGE_SIZE - paddr % PAGE_SIZE, segment->memory_size - done);
        size_t bytes = done < segment->file_size ? min_u64(length, segment->file_size - done) : 0;
        const uint8_t *contents = bytes > 0 ? segment->bytes + done : segment->bytes;
        int error = place_part(build, paddr, contents, bytes, length);
        if (error != 0) {
            return error;
        }
        done += length;
    }
    return 0;
}

static int place_kernel(struct build *build)
{
    int error = 0;
    for (size_t i = 0; error == 0 && i < build->next->segment_count; i++) {
        error = place_segment(build, &build->next->segments[i]);
    }
    return error;
}

/* `size` bytes from page `page` on. */
static int place_file(struct build *build, pfn_t page, const uint8_t *bytes, uint64_t size)
{
    int error = 0;
    for (uint64_t done = 0; error == 0 && done < size; done += PAGE_SIZE) {
        size_t count = min_u64(PAGE_SIZE, size - done);
        error = place_part(build, page * PAGE_SIZE + done, bytes + done, count, PAGE_SIZE);
    }
    return error;
}

static int place_module(struct build *build, const struct kernel_module *module,
                        const struct module_place *place)
{
    pfn_t first = build->layout.initrd_pfn;
    const char *text = module->command_line;
    int error = place_file(build, first + place->start / PAGE_SIZE, module->bytes, module->size);
    return error != 0 ? error
                      : place_file(build, first + place->command_line / PAGE_SIZE,
                                   (const uint8_t *)text, strlen(text) + 1);
}

static int place_modules(struct build *build)
{
    const struct next_kernel *next = build->next;
    uint8_t *descriptors = pages_get(build, build->layout.initrd_pfn);
    int error = descriptors == NULL ? ERR_NO_MEMORY : 0;
    uint64_t end = PAGE_SIZE;
    for (unsigned i = 0; error == 0 && i < next->module_count; i++) {
        struct module_place place = modules_place(&next->modules[i], end);
        modules_describe(descriptors, i, &next->modules[i], &place);
        error = place_module(build, &next->modules[i], &place);
        end = place.end;
    }
    return error;
}

static int place_initrd(struct build *build)
{
    const struct next_kernel *next = build->next;
    return next->module_count > 0
               ? place_modules(build)
               : place_file(build, build->layout.initrd_pfn, next->initrd, next->initrd_size);
}

/* Xen fills the hypercall page of a kernel that it builds; ours is as good. */
static int place_hypercall_page(struct build *build)
{
    if (!build->next->pv.has_hypercall_page) {
        return 0;
    }
    pfn_t page = (build->next->pv.hypercall_page - build->layout.virt_base) / PAGE_SIZE;
    uint8_t *target = pages_get(build, page);
    if (target == NULL) {
        return ERR_NO_MEMORY;
    }
    memcpy(target, hypercall_page, PAGE_SIZE);
    return 0;
}

/* The frame of the p2m's page number `index`, wherever it is mapped for us. */
static mfn_t p2m_frame(uint64_t index)
{
    pfn_t first = start_info->first_p2m_pfn;
    if (start_info->nr_p2m_frames == 0) {
        first = (start_info->mfn_list - (uint64_t)initial_page(0)) / PAGE_SIZE;
    }
    return frames_p2m()[first + index];
}

/* The next guest's p2m is ours, renumbered: its frames are handed on. */
static void place_p2m(struct build *build)
{
    const struct layout *layout = &build->layout;
    uint64_t count = layout->p2m_pages + (build->p2m_in_place ? layout->p2m_table_pages : 0);
    for (uint64_t i = 0; i < count; i++) {
        build->numbering.wanted[layout->p2m_pfn + i] = p2m_frame(i);
    }
}

static int place_start_info(struct build *build)
{
    uint8_t *page = pages_get(build, build->layout.start_info_pfn);
    if (page == NULL) {
        return ERR_NO_MEMORY;
    }
    start_info_fill((start_info_t *)page, start_info, build->next, &build->layout);
    return 0;
}

static int place_stack(struct build *build)
{
    return pages_get(build, build->layout.stack_pfn) == NULL ? ERR_NO_MEMORY : 0;
}

int pages_place(struct build *build)
{
    const struct layout *layout = &build->layout;
    place_p2m(build);
    build->numbering.wanted[layout->store_pfn] = start_info->store_mfn;
    build->numbering.wanted[layout->console_pfn] = start_info->console.domU.mfn;
    int (*const pieces[])(struct build *) = {place_kernel, place_hypercall_page, place_initrd,
                                             place_start_info, place_stack};
    int error = 0;
    for (size_t i = 0; error == 0 && i < sizeof pieces / sizeof pieces[0]; i++) {
        error = pieces[i](build);
    }
    return error;
}

void pages_clear_slack(struct build *build)
{
    for (pfn_t page = build->layout.stack_pfn + 1; page < build->layout.map_pages; page++) {
        (void)pages_get(build, page); /* not worth a failure: a kernel may not count on it */
    }
}
