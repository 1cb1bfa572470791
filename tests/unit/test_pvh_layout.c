/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a PVH kernel, its start_info and its modules go, and which kernels are refused. */
#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pvh/next/check.h"
#include "hypervisor/xen-pvh/next/layout.h"
#include "tests/unit/testing.h"

#define MIB UINT64_C(0x100000)

enum { INFORMATION = 0x1234 };

static struct memory_range ranges[] = {{0, 128 * MIB, MEMORY_RAM}, {0xfc000000, 0x1000, 3}};
static const struct memory memory = {.ranges = ranges, .count = 2};

static struct kernel_segment segments[2];

/* As the layout takes one of two segments, from `start` to `end`. */
static struct flat_kernel flat(uint64_t start, uint64_t end)
{
    segments[0] = (struct kernel_segment){.paddr = start, .memory_size = 0x1000};
    segments[1] =
        (struct kernel_segment){.paddr = start + 0x2000, .memory_size = end - start - 0x2000};
    return (struct flat_kernel){.segments = segments,
                                .segment_count = 2,
                                .entry = (uint32_t)start,
                                .modules_end = FLAT_LIMIT};
}

/* A kernel of two segments, from `start` to `end`. */
static struct next_kernel kernel(uint64_t start, uint64_t end)
{
    (void)flat(start, end);
    return (struct next_kernel){
        .name = "kernel",
        .xen.found = true,
        .pvh = {.has_entry = true, .entry = (uint32_t)start},
        .segments = segments,
        .segment_count = 2,
        .command_line = "",
    };
}

static struct pvh_layout empty(void)
{
    return (struct pvh_layout){.memory = &memory,
                               .loader = {.start = 126 * MIB, .length = 2 * MIB}};
}

static void test_pieces_follow_the_kernel(void **state)
{
    (void)state;
    struct flat_kernel kernel = flat(16 * MIB, 48 * MIB + 5);
    struct layout_module modules[] = {
        {.size = 8 * MIB + 1}, {.size = 3, .now = 100 * MIB}, {.size = 7}};
    struct pvh_layout layout = empty();
    assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, modules, 3), 0);
    assert_int_equal(layout.shift, 0);
    assert_int_equal(layout.information, 48 * MIB + 0x1000);
    assert_int_equal(modules[0].paddr, 48 * MIB + 0x3000);
    assert_int_equal(modules[1].paddr, 100 * MIB); /* it stays */
    assert_int_equal(modules[2].paddr, 56 * MIB + 0x4000);
}

/*
 * NetBSD takes start_info for the end of its symbol table, and its first memory from the page after it on; FreeBSD from the page
 * after the highest of kernel, start_info and memory map on.
 */
static void test_bsd_kernels_find_the_information_right_after_them(void **state)
{
    (void)state;
    const uint64_t ends[] = {30 * MIB, 30 * MIB + 8, 30 * MIB + 0xfff};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct flat_kernel bsd = flat(2 * MIB, ends[i]); /* its symbol table is its last segment */
        struct pvh_layout layout = empty();
        assert_int_equal(pvh_layout_compute(&layout, &bsd, PAGE_SIZE, NULL, 0), 0);
        assert_int_equal(layout.kernel_start, 2 * MIB);
        assert_int_equal(layout.information, (ends[i] + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE);
    }
}

static void test_a_module_that_is_in_the_way_moves(void **state)
{
    (void)state;
    struct flat_kernel kernel = flat(16 * MIB, 48 * MIB);
    const uint64_t places[] = {47 * MIB, 48 * MIB, 15 * MIB, 125 * MIB + 0x1000, 0};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct layout_module module = {.size = MIB, .now = places[i]};
        struct pvh_layout layout = empty();
        assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, &module, 1), 0);
        assert_int_equal(module.paddr, 48 * MIB + 0x2000);
    }
}

static void test_what_finds_no_room(void **state)
{
    (void)state;
    struct pvh_layout layout = empty();
    struct flat_kernel kernel = flat(16 * MIB, 200 * MIB);
    assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, NULL, 0), ERR_NO_MEMORY);
    kernel = flat(100 * MIB, 127 * MIB); /* the loader's own place */
    assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, NULL, 0), ERR_NO_MEMORY);
    kernel = flat(16 * MIB, 126 * MIB); /* start_info goes below it */
    assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, NULL, 0), 0);
    assert_int_equal(layout.information, 0x1000);
    struct layout_module module = {.size = 100 * MIB};
    kernel = flat(16 * MIB, 48 * MIB);
    assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, &module, 1), ERR_NO_MEMORY);
}

/* What the map names is firmware's in any domain; where it names nothing, a larger one may have memory. */
static void test_a_kernel_where_something_else_is(void **state)
{
    (void)state;
    static const struct memory_range named[] = {{0, 0xA0000, MEMORY_RAM},
                                                {0xF0000, 0x10000, MEMORY_RESERVED},
                                                {MIB, 127 * MIB, MEMORY_RAM},
                                                {0xfc000000, 0x1000, MEMORY_ACPI},
                                                {0xfeff8000, 0x8000, MEMORY_RESERVED}};
    static const struct memory holes = {.ranges = named, .count = 5};
    static const struct {
        uint64_t start, end;
        int error;
    } cases[] = {{0xfc000000, 0xfc004000, ERR_INVALID},
                 {0xfbffd000, 0xfc000001, ERR_INVALID},
                 {0xfbffd000, 0xfc000000, ERR_NO_MEMORY},
                 {0xfeff0000, 0xff000000, ERR_INVALID},
                 {0x10000, 0xA0000, 0},
                 {0x10000, 0xA0001, ERR_NO_MEMORY},
                 {0x10000, 2 * MIB, ERR_INVALID}, /* around a hole, and the BIOS in it */
                 {MIB, 126 * MIB, 0},
                 {MIB - 1, 126 * MIB, ERR_INVALID},
                 {64 * MIB, 128 * MIB + 1, ERR_NO_MEMORY},
                 {0, UINT64_C(0x100000000), ERR_INVALID}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct flat_kernel kernel = flat(cases[i].start, cases[i].end);
        struct pvh_layout layout = empty();
        layout.memory = &holes;
        assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, NULL, 0),
                         cases[i].error);
    }
    struct flat_kernel kernel = flat(0x10000, 0x9F000); /* a page remains, and that is too little */
    struct pvh_layout layout = empty();
    layout.memory = &holes;
    assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, NULL, 0), 0);
    assert_int_equal(layout.information, MIB);
}

static void test_a_kernel_that_can_move(void **state)
{
    (void)state;
    struct flat_kernel kernel = flat(0xfc000000, 0xfc000000 + 8 * MIB);
    struct pvh_layout layout = empty();
    assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, NULL, 0), ERR_INVALID);
    kernel.can_move = true;
    kernel.alignment = 2 * MIB;
    kernel.minimum = 5 * MIB;
    kernel.maximum = 0xffffffff;
    assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, NULL, 0), 0);
    assert_int_equal(layout.kernel_start, 6 * MIB);
    assert_int_equal((uint32_t)(0xfc000000 + layout.shift), 6 * MIB);
    kernel.maximum = 13 * MIB; /* its last byte would be further on */
    assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, NULL, 0), ERR_INVALID);
    kernel.maximum = 0xffffffff;
    kernel.minimum = 16 * MIB; /* it may be moved, and must be */
    struct kernel_segment low = {.paddr = MIB, .memory_size = MIB};
    kernel.segments = &low;
    kernel.segment_count = 1;
    assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, NULL, 0), 0);
    assert_int_equal(layout.kernel_start, 16 * MIB);
    kernel = flat(0xfc000000, 0xfc000000 + 8 * MIB);
    kernel.can_move = true;
    kernel.maximum = 0xffffffff;
    kernel.alignment = 1; /* many steps, which take no time */
    kernel.minimum = 126 * MIB;
    assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, NULL, 0), ERR_INVALID);
    kernel.alignment = 0; /* no such kernel moves */
    kernel.minimum = 0;
    assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, NULL, 0), ERR_INVALID);
}

static void test_modules_that_must_be_low(void **state)
{
    (void)state;
    struct flat_kernel kernel = flat(16 * MIB, 48 * MIB);
    struct layout_module module = {.size = 8 * MIB, .now = 100 * MIB};
    struct pvh_layout layout = empty();
    kernel.modules_end = 108 * MIB;
    assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, &module, 1), 0);
    assert_int_equal(module.paddr, 100 * MIB);
    kernel.modules_end = 108 * MIB - 1;
    assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, &module, 1), 0);
    assert_int_equal(module.paddr, 48 * MIB + 0x2000);
    kernel.modules_end = 56 * MIB;
    assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, &module, 1), ERR_NO_MEMORY);
}

/* Where a BIOS would have it, unless something else is there. */
static void test_acpis_first_table(void **state)
{
    (void)state;
    struct flat_kernel kernel = flat(16 * MIB, 48 * MIB);
    struct pvh_layout layout = empty();
    assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, NULL, 0), 0);
    assert_int_equal(layout.rsdp, 0);
    kernel.wants_rsdp_low = true;
    assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, NULL, 0), 0);
    assert_int_equal(layout.rsdp, 0xe0000);
    assert_int_equal(pvh_layout_find_room(&layout, 0xdf000, 2 * 0x1000, NULL, 0), 0xe1000);
    kernel = flat(0x10000, 2 * MIB);
    kernel.wants_rsdp_low = true;
    assert_int_equal(pvh_layout_compute(&layout, &kernel, INFORMATION, NULL, 0), 0);
    assert_int_equal(layout.rsdp, 0);
}

static void test_kernels_that_are_refused(void **state)
{
    (void)state;
    struct capture capture;
    capture_open(&capture);
    struct next_kernel next = kernel(16 * MIB, 17 * MIB);
    assert_int_equal(pvh_check(&next, &capture.log), 0);
    next.pvh.entry = 16 * MIB + 0x1000; /* between two segments */
    assert_int_equal(pvh_check(&next, &capture.log), ERR_CORRUPT);
    expect_logged(&capture, "entry", "kernel: its entry point is outside of it");
    next.pvh.has_entry = false;
    assert_int_equal(pvh_check(&next, &capture.log), ERR_UNSUPPORTED);
    expect_logged(&capture, "PV", "kernel: a kernel for PV only: it needs a domain with pvshim=1");
    next = kernel(0xfff00000, 0x100001000);
    assert_int_equal(pvh_check(&next, &capture.log), ERR_CORRUPT);
    expect_logged(&capture, "addresses", "kernel: a segment's addresses or sizes cannot be right");
    next.xen.found = next.pvh.has_entry = false;
    assert_int_equal(pvh_check(&next, &capture.log), ERR_UNSUPPORTED);
    expect_logged(&capture, "Xen", "kernel: a kernel that does not know Xen");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_follow_the_kernel),
        cmocka_unit_test(test_bsd_kernels_find_the_information_right_after_them),
        cmocka_unit_test(test_a_module_that_is_in_the_way_moves),
        cmocka_unit_test(test_what_finds_no_room),
        cmocka_unit_test(test_a_kernel_where_something_else_is),
        cmocka_unit_test(test_a_kernel_that_can_move),
        cmocka_unit_test(test_modules_that_must_be_low),
        cmocka_unit_test(test_acpis_first_table),
        cmocka_unit_test(test_kernels_that_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
