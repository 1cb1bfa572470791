/* SPDX-License-Identifier: BSD-2-Clause */
/* What a PVH kernel is told: every address points into the same piece, to what it says, and FreeBSD's traps are avoided. */
#include <stdint.h>
#include <xen/arch-x86/hvm/start_info.h>

#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pvh/next/layout.h"
#include "hypervisor/xen-pvh/next/way.h"
#include "hypervisor/xen-pvh/start_info.h"
#include "tests/unit/testing.h"

#define PLACE UINT64_C(0x4a00000)

enum { SIZE_LIMIT = 8192, ACPI = 0xfc008000 };

static uint8_t bytes[SIZE_LIMIT];
static uint64_t size;

static struct pvh_start start = {.flags = 5, .rsdp = ACPI};

/* The information of this kernel, with these modules. */
static const struct hvm_start_info *fill(const struct next_kernel *next,
                                         const struct layout_module *modules, size_t count)
{
    const struct told told = {
        .next = next, .start = &start, .modules = modules, .module_count = count, .address = PLACE};
    start.memory = (struct memory){.ranges = start.ranges, .count = 2};
    start.ranges[0] = (struct memory_range){.length = 0x8000000, .kind = MEMORY_RAM};
    start.ranges[1] = (struct memory_range){.start = ACPI, .length = 64, .kind = MEMORY_ACPI};
    memset(bytes, 0, sizeof bytes);
    size = way_size(&way_pvh, &told);
    assert_in_range(size, 1, sizeof bytes);
    way_fill(&way_pvh, bytes, &told);
    for (uint64_t i = size; i < sizeof bytes; i++) {
        assert_int_equal(bytes[i], 0);
    }
    return (const struct hvm_start_info *)bytes;
}

/* What lies at a physical address of the information. */
static const void *at(uint64_t paddr)
{
    assert_in_range(paddr, PLACE, PLACE + size - 1);
    return bytes + (paddr - PLACE);
}

static void test_without_modules(void **state)
{
    (void)state;
    const struct next_kernel next = {.command_line = "console=hvc0"};
    const struct hvm_start_info *info = fill(&next, NULL, 0);
    assert_int_equal(info->magic, XEN_HVM_START_MAGIC_VALUE);
    assert_int_equal(info->version, 1);
    assert_int_equal(info->flags, 5);
    assert_int_equal(info->rsdp_paddr, ACPI);
    assert_int_equal(info->nr_modules, 0);
    assert_int_equal(info->modlist_paddr, 0);
    assert_string_equal(at(info->cmdline_paddr), "console=hvc0");
    assert_int_equal(info->memmap_entries, 2);
    const struct hvm_memmap_table_entry *map = at(info->memmap_paddr);
    assert_int_equal(map[0].size, 0x8000000);
    assert_int_equal(map[1].addr, ACPI);
    assert_int_equal(map[1].type, XEN_HVM_MEMMAP_TYPE_ACPI);
}

/* NetBSD maps the page that start_info begins, and no other: all must lie there, even with the longest line. */
static void test_the_longest_line_fits_into_a_page(void **state)
{
    (void)state;
    static char line[COMMAND_LINE_SIZE];
    memset(line, 'x', sizeof line - 1);
    const struct next_kernel next = {.command_line = line};
    const struct hvm_start_info *info = fill(&next, NULL, 0);
    enum { RANGES = 32 /* far more than xl makes */ };
    assert_string_equal(at(info->cmdline_paddr), line);
    assert_in_range(size + RANGES * sizeof(struct hvm_memmap_table_entry), 1, PAGE_SIZE);
}

static void test_initrd(void **state)
{
    (void)state;
    struct layout_module initrd = {.size = 10500, .paddr = 0x5000000};
    const struct next_kernel next = {.command_line = "", .initrd = bytes, .initrd_size = 10500};
    const struct hvm_start_info *info = fill(&next, &initrd, 1);
    const struct hvm_modlist_entry *module = at(info->modlist_paddr);
    assert_int_equal(info->nr_modules, 1);
    assert_int_equal(module->paddr, 0x5000000);
    assert_int_equal(module->size, 10500);
    assert_string_equal(at(module->cmdline_paddr), "");
    assert_string_equal(at(info->cmdline_paddr), "");
}

static void test_modules(void **state)
{
    (void)state;
    struct layout_module places[] = {{.size = 1, .paddr = 0x5000000},
                                     {.size = 2, .paddr = 0x6000000}};
    const struct kernel_module modules[] = {{.size = 1, .command_line = "/boot/one first"},
                                            {.size = 2, .command_line = "/two"}};
    const struct next_kernel next = {.command_line = "x", .modules = modules, .module_count = 2};
    const struct hvm_start_info *info = fill(&next, places, 2);
    const struct hvm_modlist_entry *entries = at(info->modlist_paddr);
    assert_int_equal(info->nr_modules, 2);
    assert_string_equal(at(entries[0].cmdline_paddr), "/boot/one first");
    assert_string_equal(at(entries[1].cmdline_paddr), "/two");
    assert_int_equal(entries[1].paddr, 0x6000000);
    assert_int_equal(((const struct hvm_memmap_table_entry *)at(info->memmap_paddr))[0].size,
                     0x8000000);
}

static void test_registers(void **state)
{
    (void)state;
    struct entry_registers registers = way_pvh.registers(PLACE);
    assert_int_equal(registers.ebx, PLACE);
    assert_int_equal(registers.eax | registers.esi, 0);
    assert_false(registers.has_gdt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_modules),
        cmocka_unit_test(test_the_longest_line_fits_into_a_page),
        cmocka_unit_test(test_initrd),
        cmocka_unit_test(test_modules),
        cmocka_unit_test(test_registers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
