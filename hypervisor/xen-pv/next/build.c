/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/next/build.h"

#include <string.h>

#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pv/frames.h"
#include "hypervisor/xen-pv/maps.h"
#include "hypervisor/xen-pv/memory_map.h"
#include "hypervisor/xen-pv/next/pages.h"
#include "hypervisor/xen-pv/next/tables.h"
#include "hypervisor/xen-pv/next/trampoline.h"
#include "hypervisor/xen-pv/pv_hypercall.h"
#include "hypervisor/xen-pv/shared_info.h"
#include "hypervisor/xen-pv/start.h"
#include "hypervisor/xen-pv/traps.h"
#include "hypervisor/xen/image.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

#define SLOT_SIZE (UINT64_C(1) << 39) /* bytes that one L4 entry covers */

extern const uint8_t trampoline_start[], trampoline_end[];
_Noreturn void trampoline_leave(const void *fpu_state, uint64_t trampoline_address);

static bool in_range(struct pfn_range range, pfn_t pfn)
{
    return pfn - range.first < range.count;
}

/* Page tables of this world become plain memory only after it has ended. */
static bool is_plain(uint64_t pfn)
{
    struct pfn_range p2m = {.first = start_info->first_p2m_pfn, .count = start_info->nr_p2m_frames};
    return !in_range(maps_first_tables(), pfn) && !in_range(maps_own_tables(), pfn) &&
           !in_range(p2m, pfn);
}

/* Xen's M2P follows the p2m; its updates go in batches. */
static struct {
    mmu_update_t updates[128];
    unsigned count;
} moves;

static void flush_moves(void)
{
    (void)hypercall_mmu_update(moves.updates, moves.count); /* our own frames: cannot fail */
    moves.count = 0;
}

static void moved(uint64_t frame, uint64_t page)
{
    moves.updates[moves.count++] =
        (mmu_update_t){.ptr = frame << PAGE_SHIFT | MMU_MACHPHYS_UPDATE, .val = page};
    if (moves.count == sizeof moves.updates / sizeof moves.updates[0]) {
        flush_moves();
    }
}

/* A p2m at the start of an L4 slot of its own, as ours is: the tables fit as they are. */
static bool p2m_fits_in_place(const struct layout *layout)
{
    return !layout->p2m_mapped && start_info->mfn_list == P2M_BASE &&
           layout->p2m_base % SLOT_SIZE == 0 &&
           layout->p2m_base / SLOT_SIZE != layout->virt_base / SLOT_SIZE &&
           layout->p2m_pages + layout->p2m_table_pages == start_info->nr_p2m_frames;
}

static int plan(struct build *build)
{
    build->given_pages =
        build->arena->used / PAGE_SIZE; /* what is allocated from now on is no part of a file */
    int error = layout_compute(&build->layout, build->next, start_info->nr_pages);
    if (error != 0) {
        return error;
    }
    build->p2m_in_place = p2m_fits_in_place(&build->layout);
    build->given = arena_array(build->arena, build->given_pages / 64 + 1, sizeof *build->given);
    build->numbering = (struct numbering){
        .p2m = frames_p2m(),
        .page_of = pfn_of_mfn,
        .is_plain = is_plain,
        .spare = frames_take,
        .moved = moved,
    };
    return build->given == NULL
               ? ERR_NO_MEMORY
               : numbering_create(&build->numbering, build->arena, build->layout.total_pages);
}

static bool is_between(uint64_t address, uint64_t start, uint64_t size)
{
    return address - start < size;
}

/* Is an address one at which this world has something that it still needs? */
static bool is_ours(const struct build *build, uint64_t address)
{
    struct pfn_range tables = maps_own_tables();
    return is_between(address, IMAGE_BASE, (tables.first + tables.count) * PAGE_SIZE) ||
           is_between(address, ARENA_BASE, build->arena->ready) ||
           is_between(address, P2M_BASE, start_info->nr_pages * sizeof(mfn_t));
}

/*
 * In the last page of the next guest's slack, which neither world uses, unless the kernel asks for
 * addresses in the middle of ours.
 */
static int place_trampoline(struct build *build)
{
    pfn_t page = build->layout.map_pages - 1;
    build->trampoline_address = build->layout.virt_base + page * PAGE_SIZE;
    if (is_ours(build, build->trampoline_address)) {
        return ERR_UNSUPPORTED;
    }
    build->trampoline = pages_get(build, page);
    if (build->trampoline == NULL) {
        return ERR_NO_MEMORY;
    }
    uint64_t entry = frames_of(build->trampoline) << PAGE_SHIFT | PTE_PAGE;
    return maps_set((const void *)build->trampoline_address, entry);
}

static void put(struct build *build, size_t offset, const void *value, size_t size)
{
    memcpy(build->trampoline + offset, value, size);
}

/* Its boot stack's end. */
static uint64_t stack_of(const struct layout *layout)
{
    return layout->virt_base + (layout->stack_pfn + 1) * PAGE_SIZE;
}

static void fill_trampoline(struct build *build)
{
    const struct layout *layout = &build->layout;
    uint64_t stack = stack_of(layout);
    uint64_t info = layout->virt_base + layout->start_info_pfn * PAGE_SIZE;
    mfn_t old_l4 = frames_of((const void *)start_info->pt_base);
    mmuext_op_t operations[2] = {
        {.cmd = MMUEXT_NEW_BASEPTR, .arg1.mfn = tables_l4(build)},
        {.cmd = MMUEXT_UNPIN_TABLE, .arg1.mfn = old_l4},
    };
    put(build, 0, trampoline_start, (size_t)(trampoline_end - trampoline_start));
    put(build, TRAMPOLINE_ENTRY, &build->next->pv.entry, sizeof build->next->pv.entry);
    put(build, TRAMPOLINE_STACK, &stack, sizeof stack);
    put(build, TRAMPOLINE_START_INFO, &info, sizeof info);
    put(build, TRAMPOLINE_OPERATIONS, operations, sizeof operations);
}

/* Every page gets its frame, and the tables say so. */
static int number(struct build *build)
{
    pages_clear_slack(build);
    int error = numbering_resolve(&build->numbering);
    if (error == 0) {
        tables_fill(build);
    }
    return error;
}

/*
 * Everything that can fail, in an order that next_discard can undo. Nothing may take memory, and
 * so make a table of ours, once numbering_resolve has told apart what is a table and what is plain.
 */
static int build_all(struct build *build)
{
    int (*const steps[])(struct build *) = {plan,          pages_place, place_trampoline,
                                            tables_create, number,      tables_pin};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        int error = steps[i](build);
        if (error != 0) {
            return error;
        }
    }
    fill_trampoline(build);
    return 0;
}

/*
 * What a domain, whose size `layout` is for, needs while the next guest is made beside us, or for that
 * guest alone.
 */
static uint64_t needed_pages(const struct build *build, const struct layout *layout)
{
    uint64_t larger_p2m = layout->p2m_pages - build->layout.p2m_pages;
    uint64_t lists = layout->total_pages * sizeof(mfn_t) / PAGE_SIZE + 1; /* the numbering's */
    uint64_t made = layout_new_pages(layout, build->next) + 1;            /* the trampoline */
    uint64_t beside = frames_first() + larger_p2m + build->given_pages + lists + made;
    return max_u64(beside, layout->total_pages);
}

/* A larger domain has a larger p2m, so the first guess may be too small. */
static uint64_t smallest_domain(const struct build *build)
{
    uint64_t pages = start_info->nr_pages + 1, needed = 0;
    struct layout layout;
    while (layout_compute(&layout, build->next, pages) != ERR_INVALID &&
           (needed = needed_pages(build, &layout)) > pages) {
        pages = needed;
    }
    return pages;
}

static int explain(const struct build *build, int error, struct log *log)
{
    enum { PAGES_PER_MIB = 256 };
    unsigned long mib = start_info->nr_pages / PAGES_PER_MIB;
    switch (error) {
    case ERR_NO_MEMORY:
        return fail(
            log, error,
            "the domain's %lu MiB are too small: to start this kernel takes at least %lu MiB", mib,
            (unsigned long)(smallest_domain(build) + PAGES_PER_MIB - 1) / PAGES_PER_MIB);
    case ERR_INVALID:
        return fail(log, error, "Xen refuses the kernel's addresses: VIRT_BASE 0x%lx, %lu MiB",
                    build->next->pv.virt_base, (unsigned long)(build->layout.map_pages >> 8));
    case ERR_UNSUPPORTED:
        return fail(log, error,
                    "the kernel's addresses, from VIRT_BASE 0x%lx on, are the loader's own",
                    build->next->pv.virt_base);
    default:
        return error;
    }
}

int next_build(struct build *build, const struct next_kernel *next, struct arena *arena,
               struct log *log)
{
    *build = (struct build){.next = next, .arena = arena};
    int error = build_all(build);
    if (error != 0) {
        next_discard(build);
        error = explain(build, error, log);
    }
    return error;
}

void next_discard(struct build *build)
{
    if (build->tables != NULL) {
        tables_unpin(build);
    }
    if (build->trampoline !=
        NULL) { /* a second mapping of its frame would stand in the next one's way */
        (void)maps_set((const void *)build->trampoline_address, 0);
    }
}

/* What cannot be seen from C once the stack protector's word is gone. */
__attribute__((no_stack_protector)) _Noreturn static void leave(uint64_t trampoline_address)
{
    (void)hypercall_set_segment_base(SEGBASE_FS, NULL); /* cannot fail */
    trampoline_leave(fpu_at_entry, trampoline_address);
}

_Noreturn void next_enter(struct build *build)
{
    uint64_t address = build->trampoline_address;
    numbering_apply(&build->numbering); /* from here on frames_of() speaks of the next guest */
    flush_moves();
    traps_stop();
    shared_info_leave();
    (void)hypercall_stack_switch(FLAT_KERNEL_SS, stack_of(&build->layout)); /* cannot fail */
    leave(address);
}
