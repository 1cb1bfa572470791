/* SPDX-License-Identifier: BSD-2-Clause */
/* Multiboot kernels of both versions, built byte by byte: what their headers say, what they are told; and ones that lie. */
#include "boot/image/multiboot.h"
#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pvh/next/check.h"
#include "hypervisor/xen-pvh/next/layout.h"
#include "hypervisor/xen-pvh/next/way.h"
#include "hypervisor/xen-pvh/start_info.h"
#include "lib/bytes.h"
#include "tests/unit/testing.h"

#define MIB UINT64_C(0x100000)

enum { SIZE = 0x9000, HEADER = 0x40, LOADED = 0x800000, INFO = 0x900000, RSDP = 0xfc008000 };

static uint8_t file[SIZE], info[0x1000];
static struct capture capture;
static struct next_kernel next;
static struct pvh_start start = {.rsdp = RSDP};
static struct kernel_segment segment = {.paddr = LOADED, .memory_size = 0x2000};

static int begin(void **state)
{
    (void)state;
    memset(file, 0, sizeof file);
    start.memory = (struct memory){.ranges = start.ranges, .count = 4};
    start.ranges[0] = (struct memory_range){.start = 0x80000, .length = 64 * MIB, .kind = 1};
    start.ranges[1] = (struct memory_range){.length = 0x80000, .kind = MEMORY_RAM};
    start.ranges[2] = (struct memory_range){.start = RSDP, .length = 64, .kind = MEMORY_ACPI};
    start.ranges[3] = (struct memory_range){.start = 4096 * MIB, .length = MIB, .kind = 1};
    memcpy(start.rsdp_table, "RSD PTR ........\2....the second version", RSDP_SIZE);
    start.rsdp_table[15] = 2;
    return 0;
}

/* ---- headers -------------------------------------------------------------------------------- */

static void put_header_1(uint32_t flags)
{
    put_le32(file + HEADER, 0x1BADB002);
    put_le32(file + HEADER + 4, flags);
    put_le32(file + HEADER + 8, 0U - (0x1BADB002 + flags));
}

static void put_addresses(uint8_t *fields, uint32_t header, uint32_t load, uint32_t end,
                          uint32_t bss_end)
{
    put_le32(fields, header);
    put_le32(fields + 4, load);
    put_le32(fields + 8, end);
    put_le32(fields + 12, bss_end);
}

static size_t tags; /* where the next one goes */

static uint8_t *put_tag(uint16_t type, uint16_t flags, uint32_t size)
{
    uint8_t *tag = file + tags;
    put_le16(tag, type);
    put_le16(tag + 2, flags);
    put_le32(tag + 4, size);
    tags += (size + 7) / 8 * 8;
    return tag + 8;
}

static void begin_header_2(void)
{
    memset(file, 0, sizeof file);
    tags = HEADER + 16;
}

static void end_header_2(void)
{
    (void)put_tag(0, 0, 8);
    uint32_t length = (uint32_t)(tags - HEADER);
    put_le32(file + HEADER, 0xE85250D6);
    put_le32(file + HEADER + 8, length);
    put_le32(file + HEADER + 12, 0U - (0xE85250D6 + length));
}

/* As the machine sees a file whose ELF file is one segment, with its entry at the start. Returns what is said of it. */
static int take(unsigned version)
{
    next = (struct next_kernel){.name = "(hd0)/kernel",
                                .command_line = "one two",
                                .segments = &segment,
                                .segment_count = 1,
                                .entry_paddr = LOADED};
    multiboot_find(file, sizeof file, version, &next.multiboot);
    capture_open(&capture);
    return pvh_check(&next, &capture.log);
}

static struct flat_kernel kernel_of(const struct way *way)
{
    struct flat_kernel kernel;
    int error = 0;
    assert_ptr_equal(way_find(&next, &kernel, &capture.log, &error), way);
    return kernel;
}

static void elf_file_of_version_1(void **state)
{
    (void)state;
    put_header_1(7);
    assert_int_equal(take(0), 0);
    struct flat_kernel kernel = kernel_of(&way_multiboot);
    assert_ptr_equal(kernel.segments, &segment);
    assert_int_equal(kernel.entry, LOADED);
    assert_true(kernel.wants_rsdp_low);
    put_header_1(0xF);
    assert_int_equal(take(0), ERR_UNSUPPORTED);
    expect_logged(&capture, "flags",
                  "(hd0)/kernel: its multiboot header insists on something that is not known: 0x8");
    put_le32(file + HEADER + 8, 0); /* the sum */
    assert_int_equal(take(0), ERR_UNSUPPORTED);
    expect_logged(&capture, "sum", "a kernel that does not know Xen");
}

/* The header is at byte 0x40 of the file, of which what is loaded begins at byte 0x10. */
static void addresses_of_version_1(void **state)
{
    (void)state;
    static const struct {
        uint32_t header, load, end, bss_end;
        uint64_t offset, file_size, memory_size; /* 0: they cannot be right */
    } cases[] = {
        {LOADED + 0x30, LOADED, LOADED + 0x2000, LOADED + 0x5000, 0x10, 0x2000, 0x5000},
        {LOADED + 0x30, LOADED, 0, 0, 0x10, SIZE - 0x10, SIZE - 0x10},
        {LOADED + 0x30, LOADED, LOADED + SIZE - 0x10, 0, 0x10, SIZE - 0x10, SIZE - 0x10},
        {LOADED + 0x30, LOADED, LOADED + SIZE - 0xF, 0, 0, 0, 0}, /* past the end of the file */
        {LOADED + 0x30, LOADED, LOADED - 1, 0, 0, 0, 0},
        {LOADED + 0x30, LOADED, LOADED + 0x2000, LOADED + 0x1FFF, 0, 0, 0},
        {LOADED + 0x41, LOADED, 0, 0, 0, 0, 0}, /* from before the file's first byte on */
        {LOADED - 1, LOADED, 0, 0, 0, 0, 0},
        {LOADED + 0x40, UINT32_MAX, 0, 0, 0, SIZE, SIZE}, /* all of it */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        put_header_1(0x10000);
        put_addresses(file + HEADER + 12, cases[i].header, cases[i].load, cases[i].end,
                      cases[i].bss_end);
        put_le32(file + HEADER + 28, LOADED + 0x100);
        bool wrong = cases[i].memory_size == 0;
        assert_int_equal(take(0), wrong ? ERR_CORRUPT : 0);
        if (wrong) {
            expect_logged(&capture, "addresses", "the addresses in its multiboot header cannot be");
            continue;
        }
        struct flat_kernel kernel = kernel_of(&way_multiboot);
        assert_int_equal(kernel.entry, LOADED + 0x100);
        assert_int_equal(kernel.segments[0].paddr, LOADED);
        assert_int_equal(kernel.segments[0].file_size, cases[i].file_size);
        assert_int_equal(kernel.segments[0].memory_size, cases[i].memory_size);
        assert_ptr_equal(kernel.segments[0].bytes, file + cases[i].offset);
    }
    put_le32(file + HEADER + 28, LOADED - 1);
    assert_int_equal(take(0), ERR_CORRUPT);
    expect_logged(&capture, "entry", "its entry point is outside of it");
}

static void tags_of_version_2(void **state)
{
    (void)state;
    begin_header_2();
    put_addresses(put_tag(2, 0, 24), LOADED + 0x30, LOADED, 0, LOADED + 0x10000);
    put_le32(put_tag(3, 0, 12), LOADED + 0x200);
    (void)put_tag(6, 0, 8);
    uint8_t *move = put_tag(10, 0, 24);
    put_le32(move, 16 * MIB);
    put_le32(move + 4, 32 * MIB - 1);
    put_le32(move + 8, 2 * MIB);
    put_le32(put_tag(1, 0, 12), 6);
    put_le32(put_tag(1, 1, 12), 7); /* this one can be missing */
    (void)put_tag(5, 1, 20);
    end_header_2();
    assert_int_equal(take(2), 0);
    struct flat_kernel kernel = kernel_of(&way_multiboot2);
    assert_int_equal(kernel.entry, LOADED + 0x200);
    assert_int_equal(kernel.segments[0].memory_size, 0x10000);
    assert_false(kernel.wants_rsdp_low);
    struct pvh_layout layout = {.memory = &start.memory};
    assert_int_equal(pvh_layout_compute(&layout, &kernel, 0x1000, NULL, 0), 0);
    assert_int_equal(layout.kernel_start, 16 * MIB);
}

static void what_version_2_insists_on(void **state)
{
    (void)state;
    static const struct {
        uint16_t type;
        uint32_t size, value;
        const char *words; /* NULL: it is there */
    } cases[] = {
        {1, 12, 15, NULL},
        {1, 12, 9, "insists on the sections of its ELF file, which pvboot does not give"},
        {1, 12, 7, "insists on a VBE screen"},
        {1, 12, 30, "not known: 0x1e"},
        {1, 12, 0x1000, "not known: 0x1000"},
        {4, 12, 3, "insists on a screen"},
        {4, 12, 2, NULL},
        {5, 20, 0, "insists on a screen"},
        {7, 8, 0, "insists on EFI's boot services"},
        {8, 12, 1, NULL},
        {77, 8, 0, "not known: 0x4d"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin_header_2();
        put_le32(put_tag(cases[i].type, 0, cases[i].size), cases[i].value);
        end_header_2();
        assert_int_equal(take(0), cases[i].words != NULL ? ERR_UNSUPPORTED : 0);
        expect_logged(&capture, "tag", cases[i].words != NULL ? cases[i].words : "");
    }
}

/* What has an entry for PVH is started there, unless that cannot be right. */
static void another_way(void **state)
{
    (void)state;
    put_header_1(0);
    assert_int_equal(take(0), 0);
    next.pvh = (struct kernel_pvh){.has_entry = true, .entry = LOADED + 0x1000};
    (void)kernel_of(&way_pvh);
    next.pvh.entry = LOADED + 0x2000;
    (void)kernel_of(&way_multiboot);
    assert_string_equal(capture.lines, "");
    next.entry_paddr = 0; /* both are wrong: the first one is spoken of */
    next.multiboot.unknown = 8;
    assert_int_equal(pvh_check(&next, &capture.log), ERR_CORRUPT);
    assert_string_equal(capture.lines, "(hd0)/kernel: its entry point is outside of it\n");
}

/* Neither reads past the file. */
static void headers_that_are_cut_off(void **state)
{
    (void)state;
    struct kernel_multiboot multiboot;
    begin_header_2();
    (void)put_tag(3, 0, 0xFFFFFFF0);
    tags = HEADER + 32;
    end_header_2();
    multiboot_find(file, sizeof file, 0, &multiboot);
    assert_int_equal(multiboot.version, 2);
    assert_false(multiboot.has_entry);
    multiboot_find(file, HEADER + 17, 0, &multiboot);
    assert_int_equal(multiboot.version, 2);
    multiboot_find(file, HEADER + 15, 0, &multiboot);
    assert_int_equal(multiboot.version, 0);
    put_header_1(0x10000);
    multiboot_find(file, HEADER + 12, 1, &multiboot);
    assert_true(multiboot.version == 1 && multiboot.has_addresses);
    assert_null(multiboot.image.bytes);
    multiboot_find(file, 0, 1, &multiboot);
    assert_int_equal(multiboot.version, 0);
}

/* Of two headers that is taken which is asked for. */
static void both_versions(void **state)
{
    (void)state;
    uint8_t second[64];
    begin_header_2();
    end_header_2();
    memcpy(second, file + HEADER, sizeof second);
    memset(file, 0, sizeof file);
    put_header_1(0);
    memcpy(file + 0x7000, second, sizeof second);
    assert_int_equal(take(0), 0);
    assert_int_equal(next.multiboot.version, 1);
    assert_int_equal(take(2), 0);
    assert_int_equal(next.multiboot.version, 2);
}

/* ---- information ---------------------------------------------------------------------------- */

static const struct kernel_module modules[] = {
    {.size = 5000, .command_line = "/boot/one first", .arguments = "first"},
    {.size = 3, .command_line = "/two", .arguments = ""},
};
static const struct layout_module places[] = {{.size = 5000, .paddr = 32 * MIB},
                                              {.size = 3, .paddr = 48 * MIB}};

static uint64_t tell(const struct way *way, size_t count)
{
    const struct told told = {.next = &next,
                              .start = &start,
                              .modules = places,
                              .module_count = count,
                              .kernel_start = LOADED,
                              .address = INFO};
    memset(info, 0, sizeof info);
    next.modules = modules;
    next.module_count = count;
    next.command_line = "one two";
    uint64_t size = way_size(way, &told);
    assert_in_range(size, 1, sizeof info);
    way_fill(way, info, &told);
    for (uint64_t i = size; i < sizeof info; i++) {
        assert_int_equal(info[i], 0);
    }
    return size;
}

static const uint8_t *at(uint32_t address)
{
    assert_in_range(address, INFO, INFO + sizeof info - 1);
    return info + (address - INFO);
}

static void what_version_1_is_told(void **state)
{
    (void)state;
    next = (struct next_kernel){.multiboot.path = "/boot/kernel"};
    (void)tell(&way_multiboot, 2);
    assert_int_equal(le32(info), 0x24D);
    assert_int_equal(le32(info + 4), 640);
    assert_int_equal(le32(info + 8), 63 * 1024 + 512);
    assert_string_equal(at(le32(info + 16)), "/boot/kernel one two");
    assert_int_equal(le32(info + 20), 2);
    const uint8_t *module = at(le32(info + 24));
    assert_int_equal(le32(module), 32 * MIB);
    assert_int_equal(le32(module + 4), 32 * MIB + 5000);
    assert_string_equal(at(le32(module + 8)), "/boot/one first");
    assert_string_equal(at(le32(module + 24)), "/two");
    assert_int_equal(le32(info + 44), 4 * 24);
    const uint8_t *range = at(le32(info + 48));
    assert_int_equal(le32(range), 20);
    assert_int_equal(le64(range + 4), 0x80000);
    assert_int_equal(le64(range + 3 * 24 + 4), 4096 * MIB);
    assert_int_equal(le32(range + 2 * 24 + 20), MEMORY_ACPI);
    assert_string_equal(at(le32(info + 64)), "pvboot");
    next.multiboot.path = NULL; /* as GRUB 2 does it */
    (void)tell(&way_multiboot, 2);
    assert_string_equal(at(le32(info + 16)), "one two");
    assert_string_equal(at(le32(at(le32(info + 24)) + 8)), "first");
    struct entry_registers registers = way_multiboot.registers(INFO);
    assert_true(registers.eax == 0x2BADB002 && registers.ebx == INFO && registers.esi == 0);
}

/* The content of the tag of this type after `from`. */
static const uint8_t *find_tag(uint32_t type, uint32_t size, const uint8_t *from)
{
    const uint8_t *end = info + le32(info), *tag = from;
    while (tag < end && le32(tag) != type) {
        assert_in_range(le32(tag + 4), 8, (uint64_t)(end - tag));
        tag += (le32(tag + 4) + 7) / 8 * 8;
    }
    assert_true(tag < end);
    assert_int_equal(le32(tag + 4), size);
    return tag + 8;
}

static void what_version_2_is_told(void **state)
{
    (void)state;
    next = (struct next_kernel){.multiboot.can_move = true};
    uint64_t size = tell(&way_multiboot2, 2);
    assert_int_equal(le32(info), size);
    const uint8_t *first = info + 8;
    assert_string_equal(find_tag(1, 16, first), "one two");
    assert_string_equal(find_tag(2, 15, first), "pvboot");
    const uint8_t *module = find_tag(3, 22, first);
    assert_int_equal(le32(module), 32 * MIB);
    assert_int_equal(le32(module + 4), 32 * MIB + 5000);
    assert_string_equal(module + 8, "first");
    assert_string_equal(find_tag(3, 17, module + 16) + 8, "");
    assert_int_equal(le32(find_tag(4, 16, first)), 640);
    const uint8_t *map = find_tag(6, 16 + 4 * 24, first);
    assert_int_equal(le32(map), 24);
    assert_int_equal(le32(map + 4), 0);
    assert_int_equal(le64(map + 8), 0x80000);
    assert_int_equal(le32(map + 8 + 2 * 24 + 16), MEMORY_ACPI);
    assert_memory_equal(find_tag(14, 28, first), start.rsdp_table, 20);
    assert_memory_equal(find_tag(15, 44, first), start.rsdp_table, 36);
    assert_int_equal(le32(find_tag(21, 12, first)), LOADED);
    (void)find_tag(0, 8, first);
    struct entry_registers registers = way_multiboot2.registers(INFO);
    assert_true(registers.eax == 0x36D76289 && registers.ebx == INFO && registers.esi == 0);
}

static void mutations_never_crash(void **state)
{
    (void)state;
    unsigned seed = 7;
    for (int round = 0; round < 20000; round++) {
        begin_header_2();
        put_addresses(put_tag(2, 0, 24), LOADED + 0x30, LOADED, 0, LOADED + 0x10000);
        put_le32(put_tag(1, 0, 12), 6);
        (void)put_tag(10, 0, 24);
        end_header_2();
        size_t length = tags - HEADER;
        if (round % 2 == 0) {
            put_header_1(0x10000);
            put_addresses(file + HEADER + 12, LOADED + 0x30, LOADED, 0, 0);
        }
        for (int i = 0; i < 3; i++) {
            file[HEADER + 16 + (size_t)rand_r(&seed) % (length - 16)] = (uint8_t)rand_r(&seed);
        }
        int error = take((unsigned)round % 3);
        assert_true(error == 0 || capture.lines[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(elf_file_of_version_1, begin),
        cmocka_unit_test_setup(addresses_of_version_1, begin),
        cmocka_unit_test_setup(tags_of_version_2, begin),
        cmocka_unit_test_setup(what_version_2_insists_on, begin),
        cmocka_unit_test_setup(another_way, begin),
        cmocka_unit_test_setup(headers_that_are_cut_off, begin),
        cmocka_unit_test_setup(both_versions, begin),
        cmocka_unit_test_setup(what_version_1_is_told, begin),
        cmocka_unit_test_setup(what_version_2_is_told, begin),
        cmocka_unit_test_setup(mutations_never_crash, begin),
    };
    return cmocka_run_group_tests_name("multiboot", tests, NULL, NULL);
}
