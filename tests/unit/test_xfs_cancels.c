/* SPDX-License-Identifier: BSD-2-Clause */
/* Cancelled buffers, against a plain table of how often each is; and as many as a hostile log can have. */
#include "fs/xfs/log_cancel.h"
#include "lib/error.h"
#include "tests/unit/testing.h"

enum {
    PLACES = 40,
    LENGTHS = 6,
    ROUNDS = 20000,
    MANY = 200000,
    ARENA_SIZE = 64 << 20,
};

static unsigned table[PLACES][LENGTHS];

/* Half of them differ in high bits alone. */
static uint64_t place_of(unsigned number)
{
    return number % 2 == 0 ? number : (uint64_t)number << 40;
}

static bool begins(unsigned place)
{
    unsigned sum = 0;
    for (unsigned length = 0; length < LENGTHS; length++) {
        sum += table[place][length];
    }
    return sum > 0;
}

static void each_buffer_is_cancelled_as_often_as_it_was_added(void **state)
{
    (void)state;
    struct log_cancels cancels = {0};
    struct arena arena;
    unsigned seed = 1;
    testing_arena(&arena, ARENA_SIZE);
    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned place = (unsigned)rand_r(&seed) % PLACES;
        unsigned length = (unsigned)rand_r(&seed) % LENGTHS;
        if (rand_r(&seed) % 5 < 2) {
            assert_int_equal(cancels_add(&cancels, &arena, place_of(place), length), 0);
            table[place][length]++;
        } else {
            cancels_pass(&cancels, place_of(place), length);
            table[place][length] -= table[place][length] > 0 ? 1 : 0;
        }
        assert_int_equal(cancels_have(&cancels, place_of(place), length), table[place][length] > 0);
        assert_int_equal(cancels_begin(&cancels, place_of(place)), begins(place));
    }
    testing_arena_close(&arena);
}

/* With lists of them by some bits, this took minutes. */
static void no_choice_of_places_is_slow(void **state)
{
    (void)state;
    struct log_cancels cancels = {0};
    struct arena arena;
    testing_arena(&arena, ARENA_SIZE);
    for (unsigned i = 0; i < MANY; i++) {
        assert_int_equal(cancels_add(&cancels, &arena, (uint64_t)i << 20, i % 7), 0);
    }
    for (unsigned i = 0; i < MANY; i++) {
        assert_true(cancels_have(&cancels, (uint64_t)i << 20, i % 7));
        cancels_pass(&cancels, (uint64_t)i << 20, i % 7);
        assert_false(cancels_begin(&cancels, (uint64_t)i << 20));
    }
    testing_arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_buffer_is_cancelled_as_often_as_it_was_added),
        cmocka_unit_test(no_choice_of_places_is_slow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
