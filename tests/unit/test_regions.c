/* SPDX-License-Identifier: BSD-2-Clause */
/* Which memory the loader takes in a PVH guest: memory maps as Xen's builder makes them, and odd ones. */
#include "hypervisor/xen-pvh/holes.h"
#include "hypervisor/xen-pvh/regions.h"
#include "tests/unit/testing.h"

#define MIB UINT64_C(0x100000)
#define GIB UINT64_C(0x40000000)

enum { OWN = 0x123000, LOWEST = 0x300000 };

static struct memory memory_of(const struct memory_range *ranges, size_t count)
{
    return (struct memory){.ranges = ranges, .count = count};
}

static void expect_region(const struct regions *regions, size_t index, uint64_t start, uint64_t end)
{
    assert_in_range(index, 0, regions->count - 1);
    assert_int_equal(regions->arena[index].paddr, start);
    assert_int_equal(regions->arena[index].paddr + regions->arena[index].length, end);
}

/* Each byte of the arena has one address, which no other byte has. */
static void expect_inverse(const struct regions *regions)
{
    for (uint64_t offset = 0; offset < regions_size(regions); offset += MIB / 2) {
        assert_int_equal(regions_offset(regions, regions_paddr(regions, offset)), offset);
    }
    assert_int_equal(regions_offset(regions, regions->image), UINT64_MAX);
}

static void test_small_domain(void **state)
{
    (void)state;
    const struct memory_range ranges[] = {{0, 128 * MIB, MEMORY_RAM},
                                          {0xfeff8000, 0x8000, MEMORY_RESERVED}};
    struct memory memory = memory_of(ranges, 2);
    struct regions regions;
    assert_int_equal(regions_choose(&regions, &memory, OWN, LOWEST, (struct memory_range){0}), 0);
    assert_int_equal(regions.image, 128 * MIB - OWN);
    assert_int_equal(regions.count, 2);
    expect_region(&regions, 0, 64 * MIB, 126 * MIB);
    expect_region(&regions, 1, 2 * MIB, 64 * MIB);
    expect_inverse(&regions);
}

static void test_memory_above_4_gib(void **state)
{
    (void)state;
    const struct memory_range ranges[] = {{0, 0xf0000000, MEMORY_RAM},
                                          {0xfc000000, 0x1000, 3},
                                          {4 * GIB, 2 * GIB + 0x1000, MEMORY_RAM}};
    struct memory memory = memory_of(ranges, 3);
    struct regions regions;
    assert_int_equal(regions_choose(&regions, &memory, OWN, LOWEST, (struct memory_range){0}), 0);
    assert_int_equal(regions.image_end, 0xf0000000);
    expect_region(&regions, 0, 0x78000000, 0xf0000000 - 2 * MIB);
    expect_region(&regions, 1, 4 * GIB, 6 * GIB);
    expect_region(&regions, 2, 2 * MIB, 0x78000000);
    expect_inverse(&regions);
}

static void test_ramdisk_is_left_alone(void **state)
{
    (void)state;
    const struct memory_range ranges[] = {{0, 64 * MIB, MEMORY_RAM}};
    struct memory memory = memory_of(ranges, 1);
    const struct memory_range ramdisks[] = {
        {0x312000, 5, 0}, {33 * MIB, 3 * MIB, 0}, {62 * MIB + 5, 2 * MIB - 5, 0}};
    for (size_t i = 0; i < sizeof ramdisks / sizeof ramdisks[0]; i++) {
        struct regions regions;
        assert_int_equal(regions_choose(&regions, &memory, OWN, LOWEST, ramdisks[i]), 0);
        for (uint64_t at = ramdisks[i].start; at < ramdisks[i].start + ramdisks[i].length; at++) {
            assert_int_equal(regions_offset(&regions, at), UINT64_MAX);
            assert_false(at >= regions.image && at < regions.image_end);
            at += at % MIB == 0 ? MIB / 8 : 0;
        }
        expect_inverse(&regions);
    }
}

static void test_no_room(void **state)
{
    (void)state;
    const struct memory_range ranges[] = {{0, 4 * MIB, MEMORY_RAM}, {4 * GIB, GIB, MEMORY_RAM}};
    struct memory memory = memory_of(ranges, 2);
    struct regions regions;
    assert_int_equal(regions_choose(&regions, &memory, OWN, LOWEST, (struct memory_range){0}),
                     ERR_NO_MEMORY);
}

static void test_holes(void **state)
{
    (void)state;
    const struct memory_range small[] = {{0, 250 * MIB + 0x1000, MEMORY_RAM},
                                         {0xfeff8000, 0x8000, MEMORY_RESERVED}};
    struct memory memory = memory_of(small, 2);
    assert_int_equal(hole_find(&memory, 0x5000), 252 * MIB);
    const struct memory_range full[] = {{0, 0xf0000000, MEMORY_RAM},
                                        {0xf0000000, 0x0ec00000, MEMORY_RESERVED}};
    memory = memory_of(full, 2);
    assert_int_equal(hole_find(&memory, 0x5000), 0);
    const struct memory_range odd[] = {{0, 0xf0000000, MEMORY_RAM},
                                       {0xf0003000, 0x1000, MEMORY_RESERVED}};
    memory = memory_of(odd, 2);
    assert_int_equal(hole_find(&memory, 0x5000), 0xf0200000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_domain),
        cmocka_unit_test(test_memory_above_4_gib),
        cmocka_unit_test(test_ramdisk_is_left_alone),
        cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_holes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
