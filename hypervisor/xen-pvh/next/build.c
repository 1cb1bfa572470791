/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/next/build.h"

#include <string.h>

#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pvh/cpu.h"
#include "hypervisor/xen-pvh/maps.h"
#include "hypervisor/xen-pvh/memory_map.h"
#include "hypervisor/xen-pvh/next/information.h"
#include "hypervisor/xen-pvh/next/layout.h"
#include "hypervisor/xen-pvh/next/moves.h"
#include "hypervisor/xen-pvh/next/room.h"
#include "hypervisor/xen-pvh/next/trampoline.h"
#include "hypervisor/xen-pvh/platform.h"
#include "hypervisor/xen-pvh/ram.h"
#include "hypervisor/xen-pvh/start_info.h"
#include "hypervisor/xen/guest.h"
#include "hypervisor/xen/xen.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

struct build {
    const struct next_kernel *next;
    const struct pvh_start *start;
    struct arena *arena;
    struct pvh_layout layout;
    struct layout_module *modules;
    size_t module_count;
    struct moves moves;
    uint64_t *given; /* a bit for each page of the arena: it is a page of the guest already */
    size_t given_pages;
    uint64_t last_page; /* the newest page that was put together, and its contents */
    uint8_t *last_contents;
    struct trampoline_step *steps;
    uint64_t copied;
};

static struct build build;

/* The trampoline's spare page: for rings of moves. */
static uint8_t spare[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

static uint64_t page_of(const void *address)
{
    return ram_paddr(address) / PAGE_SIZE;
}

/* ---- pages ---------------------------------------------------------------------------------- */

/* Page `page`, put together of pieces: a cleared one at first. NULL: no memory. */
static uint8_t *compose(uint64_t page)
{
    if (build.last_contents == NULL || build.last_page != page) {
        build.last_page = page;
        build.last_contents = arena_pages(build.arena, PAGE_SIZE);
        if (build.last_contents != NULL) {
            memset(build.last_contents, 0, PAGE_SIZE);
            moves_add(&build.moves, page, page_of(build.last_contents));
        }
    }
    return build.last_contents;
}

/* Gives a page of the arena to the guest as it is. False: it is given already. */
static bool give(uint64_t page, const uint8_t *contents)
{
    size_t index = (size_t)(contents - build.arena->base) / PAGE_SIZE;
    uint64_t bit = UINT64_C(1) << index % 64;
    if (index >= build.given_pages || (build.given[index / 64] & bit) != 0) {
        return false;
    }
    build.given[index / 64] |= bit;
    moves_add(&build.moves, page, page_of(contents));
    return true;
}

/* `length` bytes at `paddr`, within one page: `bytes` of them from the file, then zeros. */
static int place_part(uint64_t paddr, const uint8_t *contents, size_t bytes, size_t length)
{
    uint64_t page = paddr / PAGE_SIZE;
    if (bytes == 0 && length == PAGE_SIZE) {
        moves_add(&build.moves, page, MOVE_ZERO);
        return 0;
    }
    if (bytes == PAGE_SIZE && (uintptr_t)contents % PAGE_SIZE == 0 && give(page, contents)) {
        return 0;
    }
    uint8_t *target = compose(page);
    if (target == NULL) {
        return ERR_NO_MEMORY;
    }
    memcpy(target + paddr % PAGE_SIZE, contents, bytes);
    build.copied += bytes;
    return 0;
}

/* `file_size` bytes at `paddr`, then zeros up to `size`. */
static int place(uint64_t paddr, const uint8_t *bytes, uint64_t file_size, uint64_t size)
{
    for (uint64_t done = 0; done < size;) {
        size_t length = min_u64(PAGE_SIZE - (paddr + done) % PAGE_SIZE, size - done);
        size_t count = done < file_size ? min_u64(length, file_size - done) : 0;
        int error = place_part(paddr + done, count > 0 ? bytes + done : bytes, count, length);
        if (error != 0) {
            return error;
        }
        done += length;
    }
    return 0;
}

/* ---- planning ------------------------------------------------------------------------------- */

static const uint8_t *module_bytes(size_t index)
{
    return build.next->module_count > 0 ? build.next->modules[index].bytes : build.next->initrd;
}

static uint64_t module_size(size_t index)
{
    return build.next->module_count > 0 ? build.next->modules[index].size : build.next->initrd_size;
}

/* The physical address of bytes of the arena that lie there in one piece below 4 GiB; 0: they do not. */
static uint64_t single_piece(const uint8_t *bytes, uint64_t size)
{
    uint64_t first = ram_paddr(bytes), last = ram_paddr(bytes + size - 1);
    return last - first == size - 1 && last < DIRECT_LIMIT ? first : 0;
}

/* FreeBSD takes its first memory after the highest of all pieces, where it must be low: nothing stays where it is. */
static bool wants_modules_low(void)
{
    return strcmp(build.next->xen.guest_os, "FreeBSD") == 0;
}

static int list_modules(void)
{
    const struct next_kernel *next = build.next;
    build.module_count = next->module_count > 0 ? next->module_count : next->initrd != NULL ? 1 : 0;
    build.modules = arena_array(build.arena, build.module_count + 1, sizeof *build.modules);
    if (build.modules == NULL) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < build.module_count; i++) {
        uint64_t size = module_size(i);
        bool may_stay = size > 0 && !wants_modules_low();
        build.modules[i] = (struct layout_module){
            .size = size, .now = may_stay ? single_piece(module_bytes(i), size) : 0};
    }
    return 0;
}

static int plan(void)
{
    const struct regions *regions = ram_regions();
    int error = list_modules();
    if (error != 0) {
        return error;
    }
    build.layout.memory = &build.start->memory;
    build.layout.loader = (struct memory_range){.start = regions->image,
                                                .length = regions->image_end - regions->image};
    return pvh_layout_compute(&build.layout, build.next,
                              information_size(build.next, build.start, build.module_count),
                              build.modules, build.module_count);
}

/* Pages that any piece touches. */
static size_t count_pages(void)
{
    size_t pages = 0;
    for (size_t i = 0; i < build.next->segment_count; i++) {
        pages += build.next->segments[i].memory_size / PAGE_SIZE + 2;
    }
    for (size_t i = 0; i < build.module_count; i++) {
        pages += build.modules[i].size / PAGE_SIZE + 2;
    }
    return pages + information_size(build.next, build.start, build.module_count) / PAGE_SIZE + 2;
}

static int place_kernel(void)
{
    for (size_t i = 0; i < build.next->segment_count; i++) {
        const struct kernel_segment *segment = &build.next->segments[i];
        int error = place(segment->paddr + build.layout.shift, segment->bytes, segment->file_size,
                          segment->memory_size);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

static int place_information(void)
{
    uint64_t size = information_size(build.next, build.start, build.module_count);
    uint8_t *bytes = arena_pages(build.arena, size);
    if (bytes == NULL) {
        return ERR_NO_MEMORY;
    }
    memset(bytes, 0, align_up(size, PAGE_SIZE));
    information_fill(bytes, build.next, build.start, &build.layout, build.modules,
                     build.module_count);
    for (uint64_t done = 0; done < size; done += PAGE_SIZE) {
        moves_add(&build.moves, (build.layout.information + done) / PAGE_SIZE,
                  page_of(bytes + done));
    }
    return 0;
}

/* A module's last page goes with it as it is, whatever follows the module's bytes in it. */
static int place_modules(void)
{
    for (size_t i = 0; i < build.module_count; i++) {
        uint64_t size = align_up(build.modules[i].size, PAGE_SIZE);
        int error = place(build.modules[i].paddr, module_bytes(i), size, size);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

static int place_all(void)
{
    build.given = arena_array(build.arena, build.given_pages / 64 + 1, sizeof *build.given);
    if (build.given == NULL) {
        return ERR_NO_MEMORY;
    }
    int (*const pieces[])(void) = {place_kernel, place_information, place_modules};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        int error = pieces[i]();
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* ---- the trampoline's steps ----------------------------------------------------------------- */

/* Has the arena handed out any of these pages? Then they may hold what is still to be copied. */
static bool is_in_use(uint64_t paddr, uint64_t size)
{
    for (uint64_t done = 0; done < size; done += PAGE_SIZE) {
        if (regions_offset(ram_regions(), paddr + done) < build.arena->used) {
            return true;
        }
    }
    return false;
}

/* The list of steps lies where none of them writes to, and nothing is copied from. */
static int find_place_for_steps(void)
{
    uint64_t size = build.moves.step_count * sizeof *build.steps, place = 0;
    do {
        place = pvh_layout_find_room(&build.layout, place + PAGE_SIZE, size, build.modules,
                                     build.module_count);
    } while (place != 0 && is_in_use(place, size));
    build.steps = at_physical(place);
    return place == 0 ? ERR_NO_MEMORY : 0;
}

static int write_steps(void)
{
    moves_order(&build.moves, page_of(spare));
    int error = find_place_for_steps();
    if (error != 0) {
        return error;
    }
    for (size_t i = 0; i < build.moves.step_count; i++) {
        const struct move_step *step = &build.moves.steps[i];
        bool zero = step->from == MOVE_ZERO;
        build.steps[i] = (struct trampoline_step){
            .to = (uint64_t)ram_address(step->to * PAGE_SIZE),
            .from = zero ? 0 : (uint64_t)ram_address(step->from * PAGE_SIZE),
            .size = step->pages * PAGE_SIZE,
        };
    }
    return 0;
}

static int build_all(void)
{
    build.given_pages = build.arena->used / PAGE_SIZE;
    int error = plan();
    if (error != 0) {
        return error;
    }
    error = moves_create(&build.moves, build.arena, count_pages());
    if (error != 0) {
        return error;
    }
    error = place_all();
    return error != 0 ? error : write_steps();
}

static int too_small(struct log *log)
{
    uint64_t memory = memory_ram(&build.start->memory);
    const struct regions *regions = ram_regions();
    const struct room_wanted wanted = {
        .next = build.next,
        .information_size = information_size(build.next, build.start, build.module_count),
        .loader_size = regions->image_end - regions->image,
        .loaded = build.given_pages * PAGE_SIZE,
    };
    uint64_t smallest = room_smallest(&wanted, memory + 1);
    return smallest == 0
               ? fail(log, ERR_NO_MEMORY,
                      "%s: its addresses, from 0x%lx on, and its files have no room in any domain",
                      build.next->name, build.next->segments[0].paddr)
               : fail(log, ERR_NO_MEMORY,
                      "the domain's %lu MiB are too small: to start this kernel takes at least "
                      "%lu MiB",
                      memory >> 20, smallest >> 20);
}

static int explain(int error, struct log *log)
{
    switch (error) {
    case ERR_NO_MEMORY:
        return too_small(log);
    case ERR_INVALID:
        return fail(log, error, "%s: its addresses, from 0x%lx on, are no memory", build.next->name,
                    build.next->segments[0].paddr);
    default:
        return error;
    }
}

int pvh_build(const struct next_kernel *next, const struct pvh_start *start, struct arena *arena,
              struct log *log, struct guest_costs *costs)
{
    build = (struct build){.next = next, .start = start, .arena = arena};
    int error = build_all();
    costs->loaded = build.given_pages * PAGE_SIZE;
    costs->copied = build.copied;
    return error == 0 ? 0 : explain(error, log);
}

/* ---- the end -------------------------------------------------------------------------------- */

/* Our code can be written to where all memory is mapped. */
static void set_jump(void)
{
    uint32_t end = (uint32_t)ram_paddr(trampoline_jump_end);
    uint32_t distance = build.next->pvh.entry + (uint32_t)build.layout.shift - end;
    memcpy(at_physical(end - sizeof distance), &distance, sizeof distance);
}

/* What cannot be seen from C once the stack protector's word is gone. */
__attribute__((no_stack_protector)) _Noreturn static void leave(void)
{
    trampoline_run *run = (trampoline_run *)ram_paddr(trampoline);
    uint64_t stack = ram_paddr(stack_guard) + PAGE_SIZE + STACK_SIZE;
    restore_fpu(fpu_at_entry);
    write_msr(MSR_FS_BASE, 0);
    run((const struct trampoline_step *)((uint64_t)build.steps - DIRECT_BASE),
        build.moves.step_count, (uint32_t)build.layout.information, stack);
    __builtin_unreachable();
}

_Noreturn void pvh_enter(void)
{
    set_jump();
    pvh_platform_stop();
    maps_add_identity();
    leave();
}
