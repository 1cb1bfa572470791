/* SPDX-License-Identifier: BSD-2-Clause */
/* Whatever is to be moved, after the steps every page holds what was wanted there, and no other page has changed. */
#include "hypervisor/xen-pvh/next/moves.h"
#include "tests/unit/testing.h"

enum { PAGES = 400, SPARE = PAGES, ZERO = -1, ROUNDS = 300 };

static struct arena arena;

/* Memory, one number for each page: at first its own. */
static int pages[PAGES + 1];

/* Steps as the trampoline does them: upward. */
static void run(const struct moves *moves)
{
    for (size_t i = 0; i < moves->step_count; i++) {
        const struct move_step *step = &moves->steps[i];
        for (uint64_t page = 0; page < step->pages; page++) {
            assert_in_range(step->to + page, 0, SPARE);
            pages[step->to + page] = step->from == MOVE_ZERO ? ZERO : pages[step->from + page];
        }
    }
}

/* wanted[page]: what is to be there: an old page, or ZERO; `page` itself where nothing is to change. */
static size_t move(const int *wanted)
{
    struct moves moves;
    size_t mark = arena_mark(&arena);
    assert_int_equal(moves_create(&moves, &arena, PAGES), 0);
    for (int page = 0; page < PAGES; page++) {
        pages[page] = page;
        if (wanted[page] != page) {
            moves_add(&moves, (uint64_t)page,
                      wanted[page] == ZERO ? MOVE_ZERO : (uint64_t)wanted[page]);
        }
    }
    moves_order(&moves, SPARE);
    run(&moves);
    for (int page = 0; page < PAGES; page++) {
        assert_int_equal(pages[page], wanted[page]);
    }
    arena_release(&arena, mark);
    return moves.step_count;
}

static void keep_all(int *wanted)
{
    for (int page = 0; page < PAGES; page++) {
        wanted[page] = page;
    }
}

static void test_runs_are_one_step(void **state)
{
    (void)state;
    int wanted[PAGES];
    keep_all(wanted);
    for (int page = 10; page < 60; page++) {
        wanted[page] = page + 200;
    }
    for (int page = 60; page < 90; page++) {
        wanted[page] = ZERO;
    }
    assert_int_equal(move(wanted), 2);
}

static void test_overlapping_runs(void **state)
{
    (void)state;
    const int distances[] = {1, 7, 49, 50, 51};
    for (size_t i = 0; i < sizeof distances / sizeof distances[0]; i++) {
        int down[PAGES], up[PAGES];
        keep_all(down);
        keep_all(up);
        for (int page = 100; page < 150; page++) {
            down[page] = page + distances[i];
            up[page] = page - distances[i];
        }
        assert_int_equal(move(down), 1);
        (void)move(up);
    }
}

static void test_rings(void **state)
{
    (void)state;
    int wanted[PAGES];
    keep_all(wanted);
    for (int page = 0; page < PAGES; page += 2) { /* pairs, */
        wanted[page] = page + 1;
        wanted[page + 1] = page;
    }
    assert_in_range(move(wanted), PAGES, PAGES + PAGES / 2);
    for (int page = 0; page < PAGES; page++) { /* and one of all pages */
        wanted[page] = (page + 1) % PAGES;
    }
    assert_in_range(move(wanted), 2, 4);
}

/* What is wanted as zero may be what another page wants to have. */
static void test_zero_comes_last(void **state)
{
    (void)state;
    int wanted[PAGES];
    keep_all(wanted);
    wanted[5] = ZERO;
    wanted[6] = 5;
    wanted[7] = ZERO;
    assert_int_equal(move(wanted), 3);
}

static void test_anything(void **state)
{
    (void)state;
    srand(1);
    for (int round = 0; round < ROUNDS; round++) {
        int old[PAGES], wanted[PAGES];
        keep_all(old);
        keep_all(wanted);
        for (int page = PAGES - 1; page > 0; page--) {
            int other = rand() % (page + 1), kept = old[page];
            old[page] = old[other];
            old[other] = kept;
        }
        for (int page = 0; page < PAGES; page++) {
            int what =
                rand() % 4; /* nothing may be wanted twice, but not all that is wanted away is */
            wanted[page] = what == 0 ? ZERO : old[page];
        }
        (void)move(wanted);
    }
}

static int open_arena(void **state)
{
    (void)state;
    testing_arena(&arena, 1 << 20);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    testing_arena_close(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs_are_one_step),
        cmocka_unit_test(test_overlapping_runs),
        cmocka_unit_test(test_rings),
        cmocka_unit_test(test_zero_comes_last),
        cmocka_unit_test(test_anything),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
