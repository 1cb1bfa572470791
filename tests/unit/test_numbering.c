/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whatever is wanted, the new p2m is a permutation of the old one, and M2P has been told of each
 * change.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "hypervisor/xen-pv/next/numbering.h"
#include "lib/arena.h"
#include "lib/error.h"

#include <cmocka.h>

enum { PAGES = 300, FRAMES = 1000, TABLE_FIRST = 5, TABLE_END = 9 };

static uint64_t p2m[PAGES], m2p[FRAMES];
static uint64_t next_spare;
static uint8_t memory[1 << 16] __attribute__((aligned(4096)));

static uint64_t page_of(uint64_t frame)
{
    return m2p[frame];
}

static bool is_plain(uint64_t page)
{
    return page < TABLE_FIRST || page >= TABLE_END;
}

static uint64_t spare(void)
{
    return next_spare < PAGES ? next_spare++ : UINT64_MAX;
}

static uint64_t moved_frame[PAGES * 2], moved_page[PAGES * 2];
static size_t moved_count;

static void moved(uint64_t frame, uint64_t page)
{
    moved_frame[moved_count] = frame;
    moved_page[moved_count++] = page;
}

static int no_growth(struct arena *arena, size_t needed)
{
    (void)arena;
    (void)needed;
    return ERR_NO_MEMORY;
}

/* Page n has frame 3n + 7. */
static struct numbering start(struct arena *arena, uint64_t count)
{
    memset(m2p, 0xFF, sizeof m2p);
    for (uint64_t page = 0; page < PAGES; page++) {
        p2m[page] = 3 * page + 7;
        m2p[p2m[page]] = page;
    }
    moved_count = 0;
    next_spare = count;
    *arena = (struct arena){
        .base = memory, .ready = sizeof memory, .limit = sizeof memory, .grow = no_growth};
    struct numbering numbering = {
        .p2m = p2m, .page_of = page_of, .is_plain = is_plain, .spare = spare, .moved = moved};
    assert_int_equal(numbering_create(&numbering, arena, count), 0);
    return numbering;
}

static void finish(struct numbering *numbering)
{
    uint64_t old[PAGES];
    memcpy(old, p2m, sizeof old);
    numbering_apply(numbering);
    for (size_t i = 0; i < moved_count; i++) {
        m2p[moved_frame[i]] = moved_page[i];
    }
    bool seen[FRAMES] = {false};
    for (uint64_t page = 0; page < PAGES; page++) {
        assert_false(seen[p2m[page]]);
        seen[p2m[page]] = true;
        assert_int_equal(m2p[p2m[page]], page);
    }
    for (uint64_t page = 0; page < PAGES; page++) {
        assert_true(seen[old[page]]);
    }
}

static void nothing_wanted_moves_only_tables(void **state)
{
    (void)state;
    struct arena arena;
    struct numbering numbering = start(&arena, 100);
    assert_int_equal(numbering_resolve(&numbering), 0);
    finish(&numbering);
    for (uint64_t page = 0; page < 100; page++) {
        if (is_plain(page)) {
            assert_int_equal(p2m[page], 3 * page + 7);
        } else {
            assert_true((p2m[page] - 7) / 3 >= 100); /* a spare one */
        }
    }
    assert_int_equal(moved_count, 2 * (TABLE_END - TABLE_FIRST));
}

/* The kernel is larger than all memory that the loader has used so far: spare pages begin below the count. */
static void spare_pages_below_the_count_keep_their_frames(void **state)
{
    (void)state;
    struct arena arena;
    struct numbering numbering = start(&arena, 100);
    next_spare = 20;
    assert_int_equal(numbering_resolve(&numbering), 0);
    finish(&numbering);
    assert_int_equal(p2m[20], 3 * 20 + 7);
}

static void wanted_frames_come_from_past_the_count(void **state)
{
    (void)state;
    struct arena arena;
    struct numbering numbering = start(&arena, 50);
    for (uint64_t page = 10; page < 40; page++) {
        numbering.wanted[page] = p2m[200 + page];
    }
    assert_int_equal(numbering_resolve(&numbering), 0);
    finish(&numbering);
    for (uint64_t page = 10; page < 40; page++) {
        assert_int_equal(p2m[page], 3 * (200 + page) + 7);
    }
}

static void wanted_frames_trade_places(void **state)
{
    (void)state;
    struct arena arena;
    struct numbering numbering = start(&arena, 60);
    numbering.wanted[1] = p2m[30];
    numbering.wanted[30] = p2m[1];
    numbering.wanted[2] = p2m[59];
    assert_int_equal(numbering_resolve(&numbering), 0);
    finish(&numbering);
    assert_int_equal(p2m[1], 3 * 30 + 7);
    assert_int_equal(p2m[30], 3 * 1 + 7);
    assert_int_equal(p2m[2], 3 * 59 + 7);
}

static void random_wishes(void **state)
{
    (void)state;
    unsigned seed = 1;
    for (int round = 0; round < 200; round++) {
        struct arena arena;
        uint64_t count = 1 + (uint64_t)rand_r(&seed) % (PAGES - 20);
        struct numbering numbering = start(&arena, count);
        bool used[PAGES] = {false};
        next_spare = PAGES - 10; /* the last ten stay unwanted */
        for (uint64_t page = 0; page < count; page++) {
            uint64_t source = (uint64_t)rand_r(&seed) % (PAGES - 10);
            if (rand_r(&seed) % 2 == 0 && !used[source] && is_plain(source)) {
                used[source] = true;
                numbering.wanted[page] = p2m[source];
            }
        }
        if (numbering_resolve(&numbering) == 0) {
            finish(&numbering);
        }
    }
}

static void too_few_plain_frames(void **state)
{
    (void)state;
    struct arena arena;
    struct numbering numbering = start(&arena, PAGES);
    assert_int_equal(numbering_resolve(&numbering), ERR_NO_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_wanted_moves_only_tables),
        cmocka_unit_test(spare_pages_below_the_count_keep_their_frames),
        cmocka_unit_test(wanted_frames_come_from_past_the_count),
        cmocka_unit_test(wanted_frames_trade_places),
        cmocka_unit_test(random_wishes),
        cmocka_unit_test(too_few_plain_frames),
    };
    return cmocka_run_group_tests_name("numbering", tests, NULL, NULL);
}
