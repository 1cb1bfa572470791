/* SPDX-License-Identifier: BSD-2-Clause */
/* A volume with pieces of it taken from elsewhere, against bytes that are simply overwritten. */
#include <stdbool.h>

#include "fs/overlay.h"
#include "tests/unit/testing.h"

enum { SIZE = 1 << 20, BLOCK = 512, ARENA_SIZE = 1 << 20 };

static uint8_t below[SIZE], expected[SIZE], found[SIZE];

struct fixture {
    struct capture capture;
    struct arena arena;
    struct memory_source source;
    struct overlay *overlay;
};

static void open_fixture(struct fixture *fixture)
{
    for (size_t i = 0; i < SIZE; i++) {
        below[i] = (uint8_t)(i / BLOCK + i / BLOCK / 251);
    }
    memcpy(expected, below, SIZE);
    capture_open(&fixture->capture);
    testing_arena(&fixture->arena, ARENA_SIZE);
    memory_source_open(&fixture->source, below, SIZE, "(hd0,1)", &fixture->capture.log);
    fixture->overlay = overlay_create(&fixture->source.source, &fixture->arena);
    assert_non_null(fixture->overlay);
}

static void expect_same(const struct fixture *fixture, size_t offset, size_t length)
{
    assert_int_equal(source_read(overlay_source(fixture->overlay), offset, found, length), 0);
    if (memcmp(found, expected + offset, length) != 0) {
        fail_msg("%zu bytes from %zu on differ", length, offset);
    }
}

static void nothing_is_put(void **state)
{
    (void)state;
    struct fixture fixture;
    struct extent extent;
    open_fixture(&fixture);
    expect_same(&fixture, 0, SIZE);
    assert_int_equal(source_where(overlay_source(fixture.overlay), 100, &extent), 0);
    assert_int_equal(extent.length, SIZE - 100); /* one extent: large files are read as fast */
    testing_arena_close(&fixture.arena);
}

/* Pieces of all lengths over each other, some forgotten again, against plain copying. */
static void later_pieces_hide_earlier_ones(void **state)
{
    (void)state;
    static uint8_t memory[128 * BLOCK];
    struct fixture fixture;
    unsigned seed = 1;
    open_fixture(&fixture);
    memset(memory, 0xEE, sizeof memory);
    for (unsigned i = 0; i < 600; i++) {
        size_t length = (1 + (size_t)rand_r(&seed) % 128) * BLOCK;
        size_t offset = (size_t)rand_r(&seed) % ((SIZE - length) / BLOCK) * BLOCK;
        size_t place = (size_t)rand_r(&seed) % ((SIZE - length) / BLOCK) * BLOCK;
        unsigned kind = (unsigned)rand_r(&seed) % 4;
        if (kind == 0) {
            assert_int_equal(overlay_forget(fixture.overlay, offset, length), 0);
            memcpy(expected + offset, below + offset, length);
        } else if (kind == 1) {
            assert_int_equal(overlay_put_memory(fixture.overlay, offset, length, memory), 0);
            memset(expected + offset, 0xEE, length);
        } else {
            assert_int_equal(overlay_put(fixture.overlay, offset, length, place), 0);
            memcpy(expected + offset, below + place, length);
        }
        expect_same(&fixture, offset > BLOCK ? offset - BLOCK : 0, length);
    }
    expect_same(&fixture, 0, SIZE);
    testing_arena_close(&fixture.arena);
}

/* What is logged again and again takes no more memory. */
static void the_same_piece_is_kept_once(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    for (unsigned i = 0; i < 100000; i++) {
        assert_int_equal(overlay_put(fixture.overlay, 8192, 4096, (i % 64) * (uint64_t)BLOCK), 0);
    }
    assert_int_equal(overlay_count(fixture.overlay), 1);
    memcpy(expected + 8192, below + (size_t)(99999 % 64) * BLOCK, 4096);
    expect_same(&fixture, 0, SIZE);
    testing_arena_close(&fixture.arena);
}

static void what_cannot_be_put(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    assert_int_equal(overlay_put(fixture.overlay, SIZE, 1, 0), ERR_RANGE);
    assert_int_equal(overlay_put(fixture.overlay, 0, 512, SIZE - 511), ERR_RANGE);
    assert_int_equal(overlay_put(fixture.overlay, UINT64_MAX, 512, 0), ERR_RANGE);
    assert_non_null(arena_alloc(&fixture.arena, fixture.arena.limit - fixture.arena.used - 4096));
    int error = 0;
    for (uint64_t i = 0; error == 0 && i < SIZE; i += BLOCK) {
        error = overlay_put(fixture.overlay, i, BLOCK, 0);
    }
    assert_int_equal(error, ERR_NO_MEMORY);
    testing_arena_close(&fixture.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_put),
        cmocka_unit_test(later_pieces_hide_earlier_ones),
        cmocka_unit_test(the_same_piece_is_kept_once),
        cmocka_unit_test(what_cannot_be_put),
    };
    return cmocka_run_group_tests_name("overlay", tests, NULL, NULL);
}
