/* SPDX-License-Identifier: BSD-2-Clause */
/* A PVH loader's page tables, walked as the processor walks them, with and without pages of 1 GiB. */
#include "hypervisor/xen-pvh/memory_map.h"
#include "hypervisor/xen-pvh/page_tables.h"
#include "tests/unit/testing.h"

#define MIB UINT64_C(0x100000)
#define GIB (1024 * MIB)

#define TABLES_PADDR  UINT64_C(0x3f000000)
#define IMAGE_PLACE   UINT64_C(0x3f080000)
#define ADDRESS_MASK  UINT64_C(0x000ffffffffff000)
#define NO_EXECUTE    (UINT64_C(1) << 63)
#define IMAGE_PAGES   UINT64_C(100)
#define TABLES_LIMIT  UINT64_C(64)
#define NOT_MAPPED    UINT64_MAX
#define PAGES(number) ((number)*PAGE_SIZE)

enum { PRESENT = 1, WRITE = 2, LARGE = 0x80 };

static const struct page_tables_image image = {.paddr = IMAGE_PLACE,
                                               .rodata = PAGES(40),
                                               .data = PAGES(60),
                                               .end = PAGES(IMAGE_PAGES),
                                               .guard = PAGES(70)};

/* As regions_choose() makes them for 6 GiB. */
static const struct regions six_gib = {.arena = {{.paddr = 1920 * MIB, .length = 1918 * MIB},
                                                 {.paddr = 4 * GIB, .length = 2304 * MIB},
                                                 {.paddr = 2 * MIB, .length = 1918 * MIB}},
                                       .count = 3};
static const struct regions small = {
    .arena = {{.paddr = 62 * MIB, .length = 62 * MIB}, {.paddr = 2 * MIB, .length = 60 * MIB}},
    .count = 2};

static uint64_t entries[TABLES_LIMIT * 512] __attribute__((aligned(4096)));

struct page {
    uint64_t paddr, size;
    bool writable, executable;
};

static struct page_tables fill(const struct regions *regions, bool has_gigabytes)
{
    const struct page_tables tables = {
        .entries = entries, .paddr = TABLES_PADDR, .has_gigabytes = has_gigabytes};
    memset(entries, 0, sizeof entries);
    assert_in_range(page_tables_size(regions_size(regions), has_gigabytes), PAGES(5),
                    sizeof entries);
    page_tables_fill(&tables, &image, regions, regions_size(regions));
    return tables;
}

static const uint64_t *table_at(uint64_t paddr)
{
    assert_in_range(paddr, TABLES_PADDR, TABLES_PADDR + sizeof entries - PAGE_SIZE);
    return entries + (paddr - TABLES_PADDR) / sizeof(uint64_t);
}

/* The page at a virtual address; paddr is NOT_MAPPED where there is none. */
static struct page walk(uint64_t address)
{
    struct page page = {.writable = true, .executable = true};
    uint64_t table = TABLES_PADDR, entry = 0;
    for (unsigned level = 4; level >= 1; level--) {
        page.size = UINT64_C(1) << (12 + 9 * (level - 1));
        entry = table_at(table)[address / page.size % 512];
        if ((entry & PRESENT) == 0) {
            return (struct page){.paddr = NOT_MAPPED, .size = page.size};
        }
        page.writable = page.writable && (entry & WRITE) != 0;
        page.executable = page.executable && (entry & NO_EXECUTE) == 0;
        table = entry & ADDRESS_MASK;
        if (level == 1 || (entry & LARGE) != 0) {
            break;
        }
    }
    assert_int_equal(table % page.size, 0);
    page.paddr = table + address % page.size;
    return page;
}

/* Every page that is mapped, once. */
static void check_all(void (*check)(uint64_t address, const struct page *))
{
    static const uint64_t starts[] = {0, IMAGE_BASE, DIRECT_BASE};
    for (unsigned i = 0; i < 3; i++) {
        for (uint64_t offset = 0; offset < 512 * GIB;) {
            struct page page = walk(starts[i] + offset);
            check(starts[i] + offset, &page);
            offset += page.size;
        }
    }
}

static void never_both(uint64_t address, const struct page *page)
{
    if (page->writable && page->executable) {
        fail_msg("0x%lx can be written to and executed", address);
    }
}

static void test_nothing_is_writable_and_executable(void **state)
{
    (void)state;
    for (unsigned gigabytes = 0; gigabytes < 2; gigabytes++) {
        (void)fill(&six_gib, gigabytes == 1);
        check_all(never_both);
        (void)fill(&small, gigabytes == 1);
        check_all(never_both);
    }
}

static void test_rights_of_the_image(void **state)
{
    (void)state;
    (void)fill(&small, false);
    for (uint64_t number = 0; number < 512; number++) {
        struct page page = walk(IMAGE_BASE + PAGES(number));
        if (number == 70 || number >= IMAGE_PAGES) {
            assert_int_equal(page.paddr, NOT_MAPPED);
            continue;
        }
        assert_int_equal(page.paddr, IMAGE_PLACE + PAGES(number));
        assert_int_equal(page.size, PAGE_SIZE);
        assert_int_equal(page.executable, number < 40);
        assert_int_equal(page.writable, number >= 60);
    }
}

/* All of it, in its order, in as large pages as may be. Returns how many there are of 1 GiB. */
static unsigned check_arena(const struct regions *regions)
{
    uint64_t base = page_tables_arena(regions);
    unsigned gigabytes = 0;
    for (uint64_t offset = 0; offset < regions_size(regions); offset += 2 * MIB) {
        struct page page = walk(base + offset);
        assert_int_equal(page.paddr, regions_paddr(regions, offset));
        assert_true(page.writable && !page.executable);
        gigabytes += page.size == GIB && (base + offset) % GIB == 0 ? 1 : 0;
    }
    assert_int_equal(walk(base - 2 * MIB).paddr, NOT_MAPPED);
    assert_int_equal(walk(base + regions_size(regions)).paddr, NOT_MAPPED);
    return gigabytes;
}

static void test_arena(void **state)
{
    (void)state;
    (void)fill(&six_gib, false);
    assert_int_equal(check_arena(&six_gib), 0);
    (void)fill(&six_gib, true);
    assert_int_equal(check_arena(&six_gib), 2); /* of the largest region, above 4 GiB */
    (void)fill(&small, true);
    assert_int_equal(check_arena(&small), 0);
}

static void test_the_first_4_gib(void **state)
{
    (void)state;
    for (unsigned gigabytes = 0; gigabytes < 2; gigabytes++) {
        const struct page_tables tables = fill(&small, gigabytes == 1);
        for (uint64_t paddr = 0; paddr < 4 * GIB; paddr += 2 * MIB) {
            struct page page = walk(DIRECT_BASE + paddr);
            assert_int_equal(page.paddr, paddr);
            assert_int_equal(page.size, gigabytes == 1 ? GIB : 2 * MIB);
        }
        assert_int_equal(walk(DIRECT_BASE + 4 * GIB).paddr, NOT_MAPPED);
        assert_int_equal(walk(0x200000).paddr, NOT_MAPPED);
        page_tables_add_identity(&tables); /* the hand-over runs there */
        assert_true(walk(0x200000).executable);
        assert_int_equal(walk(0xfeffffff).paddr, 0xfeffffff);
    }
}

static void test_a_page_that_becomes_another(void **state)
{
    (void)state;
    const struct page_tables tables = fill(&small, true);
    page_tables_point(&tables, PAGES(80), 0x12345000);
    struct page page = walk(IMAGE_BASE + PAGES(80));
    assert_int_equal(page.paddr, 0x12345000);
    assert_true(page.writable && !page.executable);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_writable_and_executable),
        cmocka_unit_test(test_rights_of_the_image),
        cmocka_unit_test(test_arena),
        cmocka_unit_test(test_the_first_4_gib),
        cmocka_unit_test(test_a_page_that_becomes_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
