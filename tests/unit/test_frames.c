/* SPDX-License-Identifier: BSD-2-Clause */
/* The domain's free frames: what the arena takes, and what is left when it can take no more. */
#define __XEN_INTERFACE_VERSION__ 0x00040d00 /* as the Makefile has it for the loader */

#include "hypervisor/xen-pv/frames.c" /* its neighbours are below */
#include "tests/unit/testing.h"

enum { PAGES = 4096, INITIAL_PAGES = 1024 };

/* A domain of 16 MiB. Its frames are its pages in another order. */
static mfn_t p2m[PAGES];
static start_info_t info = {.nr_pages = PAGES, .mfn_list = (uintptr_t)p2m};
start_info_t *start_info = &info;

/* The tables that there is room for, and what was hooked in. */
static uint64_t table[TABLE_ENTRIES];
static unsigned tables_left;
static unsigned hooked;

pfn_t maps_initial_pages(void)
{
    return INITIAL_PAGES;
}

uint64_t *maps_table(void)
{
    return tables_left == 0 ? NULL : (tables_left--, table);
}

int maps_hook(const void *address, uint64_t *l1)
{
    (void)address;
    assert_ptr_equal(l1, table);
    hooked++;
    return 0;
}

void *initial_page(pfn_t pfn)
{
    return (void *)(IMAGE_BASE + (pfn << PAGE_SHIFT));
}

static struct arena arena;

static int open_domain(void **state)
{
    (void)state;
    for (pfn_t pfn = 0; pfn < PAGES; pfn++) {
        p2m[pfn] = 7 * PAGES - pfn;
    }
    tables_left = 100;
    hooked = 0;
    frames_start(&arena);
    return 0;
}

static void expect_pages_left(pfn_t first, pfn_t count)
{
    for (pfn_t i = 0; i < count; i++) {
        assert_int_equal(frames_take(), first + i);
    }
    assert_true(frames_take() == INVALID_PFN);
}

static void test_arena_takes_what_it_needs(void **state)
{
    (void)state;
    assert_int_equal(arena.grow(&arena, CHUNK_SIZE + 1), 0);
    assert_int_equal(arena.ready, 2 * CHUNK_SIZE);
    assert_int_equal(hooked, 2);
    expect_pages_left(INITIAL_PAGES + 2 * CHUNK_PAGES, PAGES - INITIAL_PAGES - 2 * CHUNK_PAGES);
}

static void test_last_chunk_is_short(void **state)
{
    (void)state;
    info.nr_pages = PAGES - 100;
    assert_int_equal(arena.grow(&arena, (PAGES - INITIAL_PAGES - 100) * PAGE_SIZE), 0);
    assert_int_equal(arena.grow(&arena, (PAGES - INITIAL_PAGES - 99) * PAGE_SIZE), ERR_NO_MEMORY);
    info.nr_pages = PAGES;
    assert_int_equal(arena.ready, arena.limit);
}

static void test_a_hole_is_passed_over(void **state)
{
    (void)state;
    p2m[INITIAL_PAGES + 10] = INVALID_MFN;
    assert_int_equal(arena.grow(&arena, 1), 0);
    assert_int_equal(frames_of((const void *)ARENA_BASE), p2m[INITIAL_PAGES + 11]);
}

/* The next guest can have them. */
static void test_pages_that_no_table_can_map_are_left(void **state)
{
    (void)state;
    tables_left = 2;
    assert_int_equal(arena.grow(&arena, 3 * CHUNK_SIZE), ERR_NO_MEMORY);
    assert_int_equal(arena.ready, 2 * CHUNK_SIZE);
    expect_pages_left(INITIAL_PAGES + 2 * CHUNK_PAGES, PAGES - INITIAL_PAGES - 2 * CHUNK_PAGES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_arena_takes_what_it_needs, open_domain),
        cmocka_unit_test_setup(test_last_chunk_is_short, open_domain),
        cmocka_unit_test_setup(test_a_hole_is_passed_over, open_domain),
        cmocka_unit_test_setup(test_pages_that_no_table_can_map_are_left, open_domain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
