/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/next/build.h"

#include <string.h>

#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pvh/cpu.h"
#include "hypervisor/xen-pvh/maps.h"
#include "hypervisor/xen-pvh/memory_map.h"
#include "hypervisor/xen-pvh/next/layout.h"
#include "hypervisor/xen-pvh/next/pages.h"
#include "hypervisor/xen-pvh/next/room.h"
#include "hypervisor/xen-pvh/next/trampoline.h"
#include "hypervisor/xen-pvh/next/way.h"
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
    size_t used; /* bytes of the arena, before anything was built */
    struct log *log;
    const struct way *way;
    struct flat_kernel kernel;
    uint64_t information_size; /* bytes of what it is told */
    struct pvh_layout layout;
    struct layout_module *modules;
    size_t module_count;
    struct pvh_pages pages;
    struct trampoline_step *steps;
};

static struct build build;

/* The trampoline's spare page: for rings of moves. */
static uint8_t spare[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

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
        build.modules[i] = (struct layout_module){
            .size = size, .now = size > 0 ? single_piece(module_bytes(i), size) : 0};
    }
    return 0;
}

static struct told told(void)
{
    return (struct told){.next = build.next,
                         .start = build.start,
                         .modules = build.modules,
                         .module_count = build.module_count,
                         .kernel_start = build.layout.kernel_start,
                         .address = build.layout.information};
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
    const struct told nothing_placed = told();
    build.information_size = way_size(build.way, &nothing_placed);
    return pvh_layout_compute(&build.layout, &build.kernel, build.information_size, build.modules,
                              build.module_count);
}

/* Pages that any piece touches. */
static size_t count_pages(void)
{
    size_t pages = build.information_size / PAGE_SIZE + 2 + 1; /* and the RSDP's */
    for (size_t i = 0; i < build.kernel.segment_count; i++) {
        pages += build.kernel.segments[i].memory_size / PAGE_SIZE + 2;
    }
    for (size_t i = 0; i < build.module_count; i++) {
        pages += build.modules[i].size / PAGE_SIZE + 2;
    }
    return pages;
}

static int place_kernel(void)
{
    for (size_t i = 0; i < build.kernel.segment_count; i++) {
        const struct kernel_segment *segment = &build.kernel.segments[i];
        int error = pvh_pages_place(&build.pages, segment->paddr + build.layout.shift,
                                    segment->bytes, segment->file_size, segment->memory_size);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

static int place_rsdp(void)
{
    return build.layout.rsdp == 0 ? 0
                                  : pvh_pages_place(&build.pages, build.layout.rsdp,
                                                    build.start->rsdp_table, RSDP_SIZE, PAGE_SIZE);
}

static int place_information(void)
{
    const struct told all_placed = told();
    uint64_t size = align_up(build.information_size, PAGE_SIZE);
    uint8_t *bytes = arena_pages(build.arena, size);
    if (bytes == NULL) {
        return ERR_NO_MEMORY;
    }
    memset(bytes, 0, size);
    way_fill(build.way, bytes, &all_placed);
    pvh_pages_move(&build.pages, build.layout.information, bytes, size);
    return 0;
}

/* A module's last page goes with it as it is, whatever follows the module's bytes in it. */
static int place_modules(void)
{
    for (size_t i = 0; i < build.module_count; i++) {
        uint64_t size = align_up(build.modules[i].size, PAGE_SIZE);
        int error =
            pvh_pages_place(&build.pages, build.modules[i].paddr, module_bytes(i), size, size);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

static int place_all(void)
{
    int (*const pieces[])(void) = {place_kernel, place_rsdp, place_information, place_modules};
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
    uint64_t size = build.pages.moves.step_count * sizeof *build.steps, place = 0;
    do {
        place = pvh_layout_find_room(&build.layout, place + PAGE_SIZE, size, build.modules,
                                     build.module_count);
    } while (place != 0 && is_in_use(place, size));
    build.steps = at_physical(place);
    return place == 0 ? ERR_NO_MEMORY : 0;
}

static int write_steps(void)
{
    moves_order(&build.pages.moves, ram_paddr(spare) / PAGE_SIZE);
    int error = find_place_for_steps();
    if (error != 0) {
        return error;
    }
    for (size_t i = 0; i < build.pages.moves.step_count; i++) {
        const struct move_step *step = &build.pages.moves.steps[i];
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
    int error = 0;
    build.way = way_find(build.next, &build.kernel, build.log, &error);
    if (build.way == NULL) {
        return error;
    }
    error = plan();
    if (error != 0) {
        return error;
    }
    error = pvh_pages_create(&build.pages, build.arena, build.used, count_pages());
    if (error != 0) {
        return error;
    }
    error = place_all();
    return error != 0 ? error : write_steps();
}

static int too_small(void)
{
    uint64_t memory = memory_ram(&build.start->memory);
    const struct regions *regions = ram_regions();
    const struct room_wanted wanted = {
        .kernel = &build.kernel,
        .next = build.next,
        .information_size = build.information_size,
        .loader_size = regions->image_end - regions->image,
        .loaded = build.used,
    };
    uint64_t smallest = room_smallest(&wanted, memory + 1);
    return smallest == 0
               ? fail(build.log, ERR_NO_MEMORY,
                      "%s: its addresses, from 0x%lx on, and its files have no room in any domain",
                      build.next->name, build.kernel.segments[0].paddr)
               : fail(build.log, ERR_NO_MEMORY,
                      "the domain's %lu MiB are too small: to start this kernel takes at least "
                      "%lu MiB",
                      memory >> 20, smallest >> 20);
}

static int explain(int error)
{
    switch (error) {
    case ERR_NO_MEMORY:
        return too_small();
    case ERR_INVALID:
        return fail(build.log, error,
                    "%s: its addresses, from 0x%lx on, are no memory, but firmware's or a device's",
                    build.next->name, build.kernel.segments[0].paddr);
    default:
        return error;
    }
}

int pvh_build(const struct next_kernel *next, const struct pvh_start *start, struct arena *arena,
              struct log *log, struct guest_costs *costs)
{
    build = (struct build){
        .next = next, .start = start, .arena = arena, .used = arena->used, .log = log};
    int error = build_all();
    costs->loaded = align_down(build.used, PAGE_SIZE);
    costs->copied = build.pages.copied;
    return error == 0 || build.way == NULL ? error : explain(error);
}

/* ---- the end -------------------------------------------------------------------------------- */

/* Our code can be written to where all memory is mapped. */
static void set_jump(void)
{
    uint32_t end = (uint32_t)ram_paddr(trampoline_jump_end);
    uint32_t distance = build.kernel.entry + (uint32_t)build.layout.shift - end;
    memcpy(at_physical(end - sizeof distance), &distance, sizeof distance);
}

static void set_registers(void)
{
    struct trampoline_state *state = at_physical(ram_paddr(&trampoline_state));
    struct entry_registers registers = build.way->registers((uint32_t)build.layout.information);
    *state =
        (struct trampoline_state){.eax = registers.eax, .ebx = registers.ebx, .esi = registers.esi};
    if (registers.has_gdt) {
        state->gdt_limit = (uint16_t)(trampoline_gdt_end - trampoline_gdt - 1);
        state->gdt = (uint32_t)ram_paddr(trampoline_gdt);
    }
}

/* What cannot be seen from C once the stack protector's word is gone. */
__attribute__((no_stack_protector)) _Noreturn static void leave(void)
{
    trampoline_run *run = (trampoline_run *)ram_paddr(trampoline);
    uint64_t stack = ram_paddr(stack_guard) + PAGE_SIZE + STACK_SIZE;
    restore_fpu(fpu_at_entry);
    write_msr(MSR_FS_BASE, 0);
    run((const struct trampoline_step *)((uint64_t)build.steps - DIRECT_BASE),
        build.pages.moves.step_count, stack);
    __builtin_unreachable();
}

_Noreturn void pvh_enter(void)
{
    set_jump();
    set_registers();
    pvh_platform_stop();
    maps_add_identity();
    leave();
}
