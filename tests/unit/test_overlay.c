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
    for (size_t i = 0; i < sizeof memory; i++) {
        memory[i] = (uint8_t)(i * 7 + i / 256);
    }
    for (unsigned i = 0; i < 2000; i++) {
        size_t most = i % 2 == 0 ? 128 : 3; /* large ones hide many, small ones split them */
        size_t length = (1 + (size_t)rand_r(&seed) % most) * BLOCK;
        size_t offset = (size_t)rand_r(&seed) % ((SIZE - length) / BLOCK) * BLOCK;
        size_t place = (size_t)rand_r(&seed) % ((SIZE - length) / BLOCK) * BLOCK;
        unsigned kind = (unsigned)rand_r(&seed) % 4;
        if (kind == 0) {
            assert_int_equal(overlay_forget(fixture.overlay, offset, length), 0);
            memcpy(expected + offset, below + offset, length);
        } else if (kind == 1) {
            assert_int_equal(overlay_put_memory(fixture.overlay, offset, length, memory), 0);
            memcpy(expected + offset, memory, length);
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

/* A volume of a PiB, of which nothing is read. */
static int where_nothing_is(const struct source *source, uint64_t offset, struct extent *extent)
{
    *extent = (struct extent){.kind = EXTENT_ZERO, .length = source->size - offset};
    return 0;
}

/* So many pieces as mke2fs's largest journals have blocks, all over the volume. */
static void many_pieces_take_little_memory(void **state)
{
    (void)state;
    enum { PIECES = 262144, LIMIT = 10 << 20 };
    const struct source volume = {.size = UINT64_C(1) << 50, .where = where_nothing_is};
    struct arena arena;
    struct extent extent;
    testing_arena(&arena, LIMIT);
    struct overlay *overlay = overlay_create(&volume, &arena);
    uint64_t block = 1;
    for (uint64_t i = 0; i < PIECES; i++) {
        block = (block * 5 + 1) % (UINT64_C(1) << 38); /* a full period: none comes twice */
        assert_int_equal(overlay_put(overlay, block * 4096, 4096, i * 8192), 0);
    }
    assert_int_equal(overlay_count(overlay), PIECES);
    assert_int_equal(source_where(overlay_source(overlay), block * 4096 + 7, &extent), 0);
    assert_int_equal(extent.offset, (PIECES - 1) * UINT64_C(8192) + 7);
    testing_arena_close(&arena);
}

/* What follows each other, there and here, is one piece. */
static void neighbours_are_one_piece(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    for (uint64_t i = 0; i < 64; i++) {
        assert_int_equal(overlay_put(fixture.overlay, (i + 64) * BLOCK, BLOCK, (i + 512) * BLOCK),
                         0);
    }
    assert_int_equal(overlay_count(fixture.overlay), 1);
    memcpy(expected + (size_t)64 * BLOCK, below + (size_t)512 * BLOCK, (size_t)64 * BLOCK);
    expect_same(&fixture, 0, SIZE);
    testing_arena_close(&fixture.arena);
}

/*
 * A journal can revoke millions of blocks, such that all would lie in one list of a hash: that takes
 * neither memory nor, for each, a look at the others.
 */
static void what_is_not_there_is_forgotten_for_nothing(void **state)
{
    (void)state;
    const struct source volume = {.size = UINT64_C(1) << 50, .where = where_nothing_is};
    struct arena arena;
    testing_arena(&arena, 64 << 10);
    struct overlay *overlay = overlay_create(&volume, &arena);
    size_t used = arena.used;
    for (uint64_t i = 0; i < 1 << 20; i++) {
        assert_int_equal(overlay_forget(overlay, i << 26, 4096), 0);
    }
    assert_int_equal(arena.used, used);
    testing_arena_close(&arena);
}

/* Leaves that have become empty are used again. */
static void what_was_forgotten_leaves_room(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    size_t used = 0;
    for (unsigned round = 0; round < 100; round++) {
        for (uint64_t i = 0; i < SIZE / BLOCK; i += 2) {
            assert_int_equal(overlay_put(fixture.overlay, i * BLOCK, BLOCK, 0), 0);
        }
        assert_int_equal(overlay_forget(fixture.overlay, 0, SIZE), 0);
        assert_int_equal(overlay_count(fixture.overlay), 0);
        used = round == 0 ? fixture.arena.used : used;
    }
    assert_int_equal(fixture.arena.used, used);
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
    for (uint64_t i = 0; error == 0 && i < SIZE; i += 2 * BLOCK) { /* with gaps: each is a piece */
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
        cmocka_unit_test(neighbours_are_one_piece),
        cmocka_unit_test(many_pieces_take_little_memory),
        cmocka_unit_test(what_is_not_there_is_forgotten_for_nothing),
        cmocka_unit_test(what_was_forgotten_leaves_room),
        cmocka_unit_test(what_cannot_be_put),
    };
    return cmocka_run_group_tests_name("overlay", tests, NULL, NULL);
}
