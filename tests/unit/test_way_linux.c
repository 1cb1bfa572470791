/* SPDX-License-Identifier: BSD-2-Clause */
/* A bzImage as it is, built byte by byte: what its header says, where it goes, what it is told; and ones that lie. */
#include "boot/image/bzimage.h"
#include "fs/source.h"
#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pvh/next/check.h"
#include "hypervisor/xen-pvh/next/layout.h"
#include "hypervisor/xen-pvh/next/way.h"
#include "hypervisor/xen-pvh/start_info.h"
#include "lib/bytes.h"
#include "tests/unit/testing.h"

#define MIB UINT64_C(0x100000)

enum { SETUP = 1024, CODE = 0x3000, SIZE = SETUP + CODE, PARAMS = 0x1000, RSDP = 0xfc008000 };

static uint8_t file[SIZE], params[2 * PARAMS];
static struct capture capture;
static struct next_kernel next;
static struct pvh_start start = {.rsdp = RSDP};

/* As Debian's Linux 6.1 says it, with less code. */
static int make_good(void **state)
{
    (void)state;
    memset(file, 0xEE, sizeof file);
    file[0x1F1] = 1;
    file[0x201] = 0x6A; /* the header ends at 0x26C */
    put_le16(file + 0x206, 0x20F);
    file[0x211] = 1;
    put_le32(file + 0x22C, 0x7FFFFFFF);
    put_le32(file + 0x230, 2 * MIB);
    file[0x234] = 1;
    put_le16(file + 0x236, 0x2B);
    put_le32(file + 0x238, 2047);
    put_le64(file + 0x258, 16 * MIB);
    put_le32(file + 0x260, 40 * MIB);
    start.memory = (struct memory){.ranges = start.ranges, .count = 2};
    start.ranges[0] = (struct memory_range){.length = 128 * MIB, .kind = MEMORY_RAM};
    start.ranges[1] = (struct memory_range){.start = RSDP, .length = 64, .kind = MEMORY_ACPI};
    next = (struct next_kernel){.command_line = "console=hvc0"};
    return 0;
}

/* Returns what is said of it. */
static int take(void)
{
    struct memory_source source;
    capture_open(&capture);
    memory_source_open(&source, file, SIZE, "(hd0)/vmlinuz", &capture.log);
    bzimage_take_code(&source.source, file, &next);
    return pvh_check(&next, &capture.log);
}

static int compute(struct pvh_layout *layout, struct flat_kernel *kernel, uint64_t loader)
{
    int error = 0;
    *layout = (struct pvh_layout){.memory = &start.memory,
                                  .loader = {.start = loader, .length = 2 * MIB}};
    assert_ptr_equal(way_find(&next, kernel, &capture.log, &error), &way_linux);
    return pvh_layout_compute(layout, kernel, PARAMS, NULL, 0);
}

static void where_it_goes(void **state)
{
    (void)state;
    struct pvh_layout layout;
    struct flat_kernel kernel;
    assert_int_equal(take(), 0);
    assert_int_equal(compute(&layout, &kernel, 126 * MIB), 0);
    assert_ptr_equal(kernel.segments[0].bytes, file + SETUP);
    assert_int_equal(kernel.segments[0].file_size, CODE);
    assert_int_equal(layout.kernel_start, 16 * MIB);
    assert_int_equal(layout.information, 56 * MIB); /* behind all that it needs to unpack itself */
    assert_int_equal(kernel.modules_end, FLAT_LIMIT);
    assert_int_equal(layout.rsdp, 0);
    assert_int_equal(compute(&layout, &kernel, 17 * MIB), 0); /* a loader in the way */
    assert_int_equal(layout.kernel_start, 20 * MIB);
    assert_int_equal((uint32_t)(kernel.entry + layout.shift), 20 * MIB);
    file[0x234] = 0; /* it cannot move */
    assert_int_equal(take(), 0);
    assert_int_equal(compute(&layout, &kernel, 17 * MIB), ERR_NO_MEMORY);
}

/* Linux of 32 bits, and from before ACPI's place was told. */
static void what_older_ones_say(void **state)
{
    (void)state;
    struct pvh_layout layout;
    struct flat_kernel kernel;
    put_le16(file + 0x206, 0x20D);
    put_le16(file + 0x236, 0);
    put_le32(file + 0x22C, 0x37FFFFFF);
    assert_int_equal(take(), 0);
    assert_int_equal(compute(&layout, &kernel, 126 * MIB), 0);
    assert_int_equal(kernel.modules_end, 0x38000000);
    assert_int_equal(layout.rsdp, 0xe0000);
}

static void what_it_is_told(void **state)
{
    (void)state;
    const struct layout_module initrd = {.size = 10500, .paddr = 80 * MIB};
    const struct told told = {.next = &next,
                              .start = &start,
                              .modules = &initrd,
                              .module_count = 1,
                              .kernel_start = 20 * MIB,
                              .address = 60 * MIB};
    assert_int_equal(take(), 0);
    assert_int_equal(way_size(&way_linux, &told), PARAMS + sizeof "console=hvc0");
    way_fill(&way_linux, params, &told);
    assert_memory_equal(params + 0x1F1, file + 0x1F1, 0x210 - 0x1F1);
    assert_memory_equal(params + 0x230, file + 0x230, 0x26C - 0x230);
    assert_int_equal(le32(params + 0x26C), 0); /* what follows the header is not the file's */
    assert_int_equal(params[0x210], 0xFF);
    assert_int_equal(le32(params + 0x214), 20 * MIB);
    assert_int_equal(le32(params + 0x218), 80 * MIB);
    assert_int_equal(le32(params + 0x21C), 10500);
    assert_int_equal(le32(params + 0x228), 60 * MIB + PARAMS);
    assert_string_equal(params + PARAMS, "console=hvc0");
    assert_int_equal(le64(params + 0x70), RSDP);
    assert_int_equal(params[0x1E8], 2);
    assert_int_equal(le64(params + 0x2D0 + 8), 128 * MIB);
    assert_int_equal(le64(params + 0x2D0 + 20), RSDP);
    assert_int_equal(le32(params + 0x2D0 + 20 + 16), MEMORY_ACPI);
    struct entry_registers registers = way_linux.registers(60 * MIB);
    assert_int_equal(registers.esi, 60 * MIB);
    assert_int_equal(registers.eax | registers.ebx, 0);
    assert_true(registers.has_gdt);
}

static void what_is_refused(void **state)
{
    (void)state;
    put_le32(file + 0x260, CODE - 1);
    assert_int_equal(take(), ERR_CORRUPT);
    expect_logged(&capture, "init_size",
                  "(hd0)/vmlinuz: a bzImage of 12288 bytes that says that it needs only 12287");
    (void)make_good(NULL);
    put_le64(file + 0x258, UINT64_MAX - 5);
    assert_int_equal(take(), ERR_CORRUPT);
    expect_logged(&capture, "address", "a bzImage that wants to be at 0xfffffffffffffffa");
    put_le64(file + 0x258, FLAT_LIMIT - MIB);
    assert_int_equal(take(), ERR_CORRUPT);
    expect_logged(&capture, "4 GiB", "a bzImage that wants to be at 0xfff00000");
    (void)make_good(NULL);
    put_le16(file + 0x206, 0x209);
    assert_int_equal(take(), ERR_UNSUPPORTED);
    expect_logged(&capture, "version", "a Linux from before 2.6.31");
    (void)make_good(NULL);
    put_le32(file + 0x238, 11);
    assert_int_equal(take(), ERR_TOO_LARGE);
    expect_logged(&capture, "line",
                  "(hd0)/vmlinuz: its command line has 12 characters, and the kernel takes 11");
}

/* An entry for PVH counts more. */
static void the_first_way_counts(void **state)
{
    (void)state;
    struct kernel_segment segment = {.paddr = MIB, .memory_size = 1};
    struct flat_kernel kernel;
    int error = 0;
    assert_int_equal(take(), 0);
    next.segments = &segment;
    next.segment_count = 1;
    next.pvh = (struct kernel_pvh){.has_entry = true, .entry = MIB};
    assert_ptr_equal(way_find(&next, &kernel, &capture.log, &error), &way_pvh);
    next.pvh.has_entry = false;
    next.bzimage.code.bytes = NULL;
    assert_null(way_find(&next, &kernel, &capture.log, &error));
    assert_int_equal(error, ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(where_it_goes, make_good),
        cmocka_unit_test_setup(what_older_ones_say, make_good),
        cmocka_unit_test_setup(what_it_is_told, make_good),
        cmocka_unit_test_setup(what_is_refused, make_good),
        cmocka_unit_test_setup(the_first_way_counts, make_good),
    };
    return cmocka_run_group_tests_name("Linux's boot protocol", tests, NULL, NULL);
}
