/* SPDX-License-Identifier: BSD-2-Clause */
/* Which PVH domains are large enough for a kernel and its files, beside the loader. */
#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pvh/next/layout.h"
#include "hypervisor/xen-pvh/next/moves.h"
#include "hypervisor/xen-pvh/next/room.h"
#include "tests/unit/testing.h"

#define MIB UINT64_C(0x100000)
#define GIB (1024 * MIB)

static struct kernel_segment segment;
static struct flat_kernel kernel;
static struct next_kernel next;

/* A kernel from `start` to `end`, with an initrd; its files take `loaded` bytes. */
static struct room_wanted wanted(uint64_t start, uint64_t end, uint64_t initrd, uint64_t loaded)
{
    segment = (struct kernel_segment){.paddr = start, .memory_size = end - start};
    kernel =
        (struct flat_kernel){.segments = &segment, .segment_count = 1, .modules_end = FLAT_LIMIT};
    next = (struct next_kernel){.name = "kernel", .initrd_size = initrd, .command_line = ""};
    return (struct room_wanted){.kernel = &kernel,
                                .next = &next,
                                .information_size = 0x1000,
                                .loader_size = 2 * MIB,
                                .loaded = loaded};
}

static void test_memory_of_a_domain(void **state)
{
    (void)state;
    struct room_domain domain;
    room_domain(&domain, 128 * MIB);
    assert_int_equal(domain.memory.count, 1);
    assert_int_equal(memory_ram(&domain.memory), 128 * MIB);
    room_domain(&domain, 6 * GIB);
    assert_int_equal(domain.memory.count, 2);
    assert_int_equal(domain.ranges[1].start, 4 * GIB);
    assert_int_equal(memory_ram(&domain.memory), 6 * GIB);
}

static void test_room_for_files(void **state)
{
    (void)state;
    assert_int_equal(room_arena(128 * MIB, 2 * MIB), 124 * MIB);
    assert_int_equal(room_arena(3 * MIB, 2 * MIB), 0);
    assert_int_equal(room_arena(0, 2 * MIB), 0);
    assert_int_equal(room_arena(64 * GIB, 2 * MIB), 16 * GIB);
}

static void test_the_guest_alone(void **state)
{
    (void)state;
    struct room_wanted all = wanted(16 * MIB, 48 * MIB, 10 * MIB, 0);
    assert_int_equal(room_alone(&all), 58 * MIB + 0x1000);
    all = wanted(16 * MIB, 48 * MIB, 0, 0);
    assert_int_equal(room_alone(&all), 48 * MIB + 0x1000);
    all = wanted(0xfc000000, 0xfc001000, 0, 0);
    assert_int_equal(room_alone(&all), 0);
    assert_int_equal(room_check(&all, 8 * GIB), ERR_NO_MEMORY);
    assert_int_equal(room_smallest(&all, MIB), 0);
}

/* One MiB less is too small: for the kernel's place, or for its files, whichever is more. */
static void test_smallest_domain(void **state)
{
    (void)state;
    const struct {
        uint64_t end, initrd, loaded;
    } cases[] = {{48 * MIB, 0, 20 * MIB},
                 {48 * MIB + 1, 8 * MIB, 30 * MIB},
                 {20 * MIB, 0, 100 * MIB},
                 {20 * MIB, 64 * MIB, 80 * MIB}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct room_wanted all = wanted(16 * MIB, cases[i].end, cases[i].initrd, cases[i].loaded);
        uint64_t size = room_smallest(&all, 0);
        assert_int_equal(size % MIB, 0);
        assert_in_range(size, cases[i].loaded + room_moves(&all) + 4 * MIB, 170 * MIB);
        assert_int_equal(room_check(&all, size), 0);
        assert_int_equal(room_check(&all, size - MIB), ERR_NO_MEMORY);
        assert_int_equal(room_smallest(&all, size + 1), size + MIB);
    }
}

static void test_modules_have_pages_of_their_own(void **state)
{
    (void)state;
    struct room_wanted all = wanted(16 * MIB, 17 * MIB, 0, 0);
    const struct kernel_module modules[] = {{.size = 1}, {.size = 4097}};
    next.modules = modules;
    next.module_count = 2;
    assert_int_equal(room_alone(&all), 17 * MIB + 0x1000 + 3 * PAGE_SIZE);
    assert_int_equal(room_moves(&all), moves_size((MIB + 0x1000 + 5 * PAGE_SIZE) / PAGE_SIZE + 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_of_a_domain),
        cmocka_unit_test(test_room_for_files),
        cmocka_unit_test(test_the_guest_alone),
        cmocka_unit_test(test_smallest_domain),
        cmocka_unit_test(test_modules_have_pages_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
