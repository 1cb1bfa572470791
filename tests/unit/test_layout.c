/* SPDX-License-Identifier: BSD-2-Clause */
/* The layout against what Xen 4.17's own builder made: recorded from `xl -vvv create`, and by the probe (tests/xen/probe). */
#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pv/next/layout.h"
#include "tests/unit/testing.h"

enum { NONE = 0 };

#define LINUX_BASE  UINT64_C(0xffffffff80000000)
#define PVBOOT_BASE UINT64_C(0xffffc00000000000)

static const struct {
    const char *name;
    uint64_t megabytes, virt_base, kernel_paddr, kernel_size, initrd_size;
    uint64_t init_p2m; /* NONE: no such note */
    uint64_t initrd_pfn, p2m_pfn, p2m_frames, start_info_pfn, tables_pfn, tables, stack_pfn,
        map_pages;
    bool initrd_mapped; /* no MOD_START_PFN */
} recorded[] = {
    {"Linux 6.1, 256 MiB", 256, LINUX_BASE, 0x1000000, 0x3a00000, 0, 0x8000000000, 0, 0x4c00, 0x83,
     0x4a00, 0x4a03, 0x29, 0x4a2c, 0x4c00, false},
    {"Linux 6.1, 256 MiB, initrd", 256, LINUX_BASE, 0x1000000, 0x3a00000, 0x4c7410, 0x8000000000,
     0x4c00, 0x50c8, 0x83, 0x4a00, 0x4a03, 0x29, 0x4a2c, 0x4c00, false},
    {"Linux 6.1, 512 MiB, large initrd", 512, LINUX_BASE, 0x1000000, 0x3a00000, 0x41d981b,
     0x8000000000, 0x4c00, 0x8dda, 0x103, 0x4a00, 0x4a03, 0x29, 0x4a2c, 0x4c00, false},
    {"Linux 6.1, 4 GiB, initrd", 4096, LINUX_BASE, 0x1000000, 0x3a00000, 0x4c7410, 0x8000000000,
     0x4c00, 0x50c8, 0x806, 0x4a00, 0x4a03, 0x29, 0x4a2c, 0x4c00, false},
    {"GRUB, 64 MiB", 64, 0, 0, 0x613dc8, 0, NONE, 0, 0x614, 0x20, 0x634, 0x637, 0x7, 0x63e, 0x800,
     true},
    {"GRUB, 100 MiB, initrd", 100, 0, 0, 0x613dc8, 0x4c7410, NONE, 0x614, 0xadc, 0x32, 0xb0e, 0xb11,
     0x9, 0xb1a, 0xc00, true},
    {"GRUB, 4 GiB, large initrd", 4096, 0, 0, 0x613dc8, 0x41d981b, NONE, 0x614, 0x47ee, 0x800,
     0x4fee, 0x4ff1, 0x2d, 0x501e, 0x5400, true},
    {"pvboot, 24 MiB", 24, PVBOOT_BASE, 0, 0x96000, 0, 0xffffbf8000000000, 0, 0x400, 0xf, 0x96,
     0x99, 0x5, 0x9e, 0x400, false},
    {"pvboot, 1000 MiB, initrd", 1000, PVBOOT_BASE, 0, 0x96000, 0x4c7410, 0xffffbf8000000000, 0x400,
     0x8c8, 0x1f7, 0x96, 0x99, 0x5, 0x9e, 0x400, false},
    {"probe near, 64 MiB", 64, LINUX_BASE, 0, 0x24335, 0x2904, 0xffffff8000000000, 0x25, 0x400,
     0x22, 0x28, 0x2b, 5, 0x30, 0x400, true},
    {"probe across, 64 MiB", 64, LINUX_BASE, 0, 0x24335, 0x2904, 0xffffff7fffff0000, 0x25, 0x400,
     0x25, 0x28, 0x2b, 5, 0x30, 0x400, true},
    {"probe netbsd, 64 MiB", 64, LINUX_BASE, 0x100000, 0x25170, 0x2904, NONE, 0x126, 0x129, 0x20,
     0x149, 0x14c, 5, 0x151, 0x400, true},
    {"probe symbols, 64 MiB", 64, LINUX_BASE, 0x200000, 0x25170, 0x2904, NONE, 0x400, 0x226, 0x20,
     0x246, 0x249, 5, 0x24e, 0x400, false},
    {"probe linux, 2000 MiB", 2000, LINUX_BASE, 0x1000000, 0x24335, 0x2904, 0x8000000000, 0x1400,
     0x1403, 0x3ec, 0x1025, 0x1028, 0xd, 0x1035, 0x1400, false},
};

static struct next_kernel guest_of(size_t i, struct kernel_segment *segment)
{
    *segment = (struct kernel_segment){.paddr = recorded[i].kernel_paddr,
                                       .memory_size = recorded[i].kernel_size};
    return (struct next_kernel){
        .pv = {.virt_base = recorded[i].virt_base,
               .init_p2m = recorded[i].init_p2m,
               .has_init_p2m = recorded[i].init_p2m != NONE,
               .mod_start_pfn = !recorded[i].initrd_mapped},
        .segments = segment,
        .segment_count = 1,
        .initrd_size = recorded[i].initrd_size,
    };
}

static void expect(const char *name, const char *field, uint64_t found, uint64_t expected)
{
    if (found != expected) {
        fail_msg("%s: %s is 0x%lx, Xen's builder has 0x%lx", name, field, found, expected);
    }
}

static void as_xens_builder_lays_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof recorded / sizeof recorded[0]; i++) {
        struct kernel_segment segment;
        struct next_kernel next = guest_of(i, &segment);
        struct layout layout;
        const char *name = recorded[i].name;
        assert_int_equal(layout_compute(&layout, &next, recorded[i].megabytes << 8), 0);
        if (recorded[i].initrd_size != 0) {
            expect(name, "initrd", layout.initrd_pfn, recorded[i].initrd_pfn);
        }
        expect(name, "p2m", layout.p2m_pfn, recorded[i].p2m_pfn);
        expect(name, "p2m's frames", layout.p2m_pages + layout.p2m_table_pages,
               recorded[i].p2m_frames);
        expect(name, "start_info", layout.start_info_pfn, recorded[i].start_info_pfn);
        expect(name, "store", layout.store_pfn, recorded[i].start_info_pfn + 1);
        expect(name, "console", layout.console_pfn, recorded[i].start_info_pfn + 2);
        expect(name, "tables", layout.tables_pfn, recorded[i].tables_pfn);
        expect(name, "number of tables", layout.table_pages, recorded[i].tables);
        expect(name, "boot stack", layout.stack_pfn, recorded[i].stack_pfn);
        expect(name, "end of the map", layout.map_pages, recorded[i].map_pages);
    }
}

static void too_small_or_impossible(void **state)
{
    (void)state;
    struct kernel_segment segment;
    struct layout layout;
    struct next_kernel next = guest_of(0, &segment);
    assert_int_equal(layout_compute(&layout, &next, 76 << 8), ERR_NO_MEMORY);
    next.initrd_size = UINT64_MAX - 5;
    assert_int_equal(layout_compute(&layout, &next, 256 << 8), ERR_NO_MEMORY);
    next = guest_of(0, &segment);
    segment.memory_size = UINT64_C(1) << 30;
    assert_int_equal(layout_compute(&layout, &next, 256 << 8), ERR_NO_MEMORY);
    assert_int_equal(layout.total_pages, 0x41483);
    for (unsigned i = 0; i < 4; i++) { /* a domain of that size has a larger p2m */
        (void)layout_compute(&layout, &next, layout.total_pages);
    }
    assert_int_equal(layout_compute(&layout, &next, layout.total_pages), 0);
    next = guest_of(4, &segment);
    next.pv.virt_base = UINT64_C(0xffff800000000000); /* Xen's own */
    assert_int_equal(layout_compute(&layout, &next, 256 << 8), ERR_INVALID);
    next.pv.virt_base =
        UINT64_C(0x7fffffff0000); /* runs into the addresses that no processor has */
    assert_int_equal(layout_compute(&layout, &next, 256 << 8), ERR_INVALID);
    next.pv.virt_base = UINT64_C(0xffffffffffff0000); /* wraps */
    assert_int_equal(layout_compute(&layout, &next, 256 << 8), ERR_INVALID);
    next.pv.virt_base = 123;
    assert_int_equal(layout_compute(&layout, &next, 256 << 8), ERR_INVALID);
    next.segment_count = 0;
    assert_int_equal(layout_compute(&layout, &next, 256 << 8), ERR_INVALID);
}

static bool is_covered(const struct layout_tables *tables, unsigned level, uint64_t address)
{
    uint64_t size = UINT64_C(1) << (12 + 9 * level);
    return address - tables->first[level] < tables->count[level] * size;
}

/* Every address of both mappings has exactly one table of each level. */
static void expect_one_table(const struct layout *layout, uint64_t address)
{
    for (unsigned level = 1; level <= 3; level++) {
        assert_int_equal(is_covered(&layout->map_tables, level, address) +
                             is_covered(&layout->p2m_tables, level, address),
                         1);
    }
}

static void a_p2m_anywhere_below_the_kernel(void **state)
{
    (void)state;
    unsigned seed = 3;
    unsigned computed = 0;
    for (int round = 0; round < 5000; round++) {
        struct kernel_segment segment;
        struct layout layout;
        struct next_kernel next = guest_of(0, &segment);
        uint64_t unit = UINT64_C(1) << (12 + 9 * ((unsigned)rand_r(&seed) % 4));
        uint64_t distance =
            (uint64_t)rand_r(&seed) % 4 * unit + (uint64_t)rand_r(&seed) % 300 * 4096;
        uint64_t pages = (uint64_t)(100 + rand_r(&seed) % 20000) << 8;
        next.pv.virt_base -= (uint64_t)rand_r(&seed) % 3 * unit;
        next.pv.init_p2m = next.pv.virt_base - distance;
        if (layout_compute(&layout, &next, pages) != 0 || layout.p2m_mapped) {
            continue;
        }
        computed++;
        for (uint64_t page = 0; page < layout.p2m_pages; page++) {
            expect_one_table(&layout, layout.p2m_base + page * 4096);
        }
        expect_one_table(&layout, layout.virt_base);
        expect_one_table(&layout, layout.virt_base + (layout.map_pages - 1) * 4096);
    }
    assert_true(computed > 1000);
}

/* Pages that lie in the file as the guest has them cost nothing; others are made. */
static void new_pages(void **state)
{
    (void)state;
    static uint8_t file[8 * 4096] __attribute__((aligned(4096)));
    const struct kernel_module module = {.size = 4096 + 5, .command_line = "/m"};
    struct kernel_segment segments[] = {
        {.paddr = 0x1000, .memory_size = 0x5000, .bytes = file, .file_size = 0x2800}, /* 2, 3 new */
        {.paddr = 0x8800,
         .memory_size = 0x2000,
         .bytes = file + 0x800,
         .file_size = 0x2000}, /* 1, 2 new */
        {.paddr = 0xC000,
         .memory_size = 0x2000,
         .bytes = file + 1,
         .file_size = 0x2000}}; /* 2 new */
    struct next_kernel next = {.segments = segments, .segment_count = 3};
    struct layout layout = {.table_pages = 5, .p2m_table_pages = 3};
    assert_int_equal(layout_new_pages(&layout, &next), 3 + 2 + 2 + 2 + 5 + 3);
    next.initrd_size = 3 * 4096 + 1;
    assert_int_equal(layout_new_pages(&layout, &next), 3 + 2 + 2 + 1 + 2 + 5 + 3);
    next = (struct next_kernel){
        .segments = segments, .segment_count = 3, .modules = &module, .module_count = 1};
    assert_int_equal(layout_new_pages(&layout, &next), 3 + 2 + 2 + 3 + 2 + 5 + 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_xens_builder_lays_out),
        cmocka_unit_test(a_p2m_anywhere_below_the_kernel),
        cmocka_unit_test(too_small_or_impossible),
        cmocka_unit_test(new_pages),
    };
    return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
