/* SPDX-License-Identifier: BSD-2-Clause */
/* Ranges of files that have come to lie elsewhere, against a plain table of all their blocks. */
#include "fs/xfs/remaps.h"
#include "lib/error.h"
#include "tests/unit/testing.h"

enum {
    FILES = 600, /* more than there are lists of them */
    BLOCKS = 24,
    ROUNDS = 20000,
    AS_IT_WAS = 1, /* which the table has where there is no range */
    ARENA_SIZE = 8 << 20,
};

static uint64_t table[FILES][BLOCKS];

static uint64_t inode_of(size_t file)
{
    return 128 + file + (file % 2 == 0 ? UINT64_C(1) << 40 : 0);
}

/* A mapping, or a hole, of up to half of a file's blocks. */
static void put_some(struct xfs_remaps *remaps, unsigned *seed)
{
    size_t file = (size_t)rand_r(seed) % FILES, first = (size_t)rand_r(seed) % BLOCKS;
    size_t count = 1 + (size_t)rand_r(seed) % (BLOCKS / 2);
    uint64_t start = rand_r(seed) % 3 == 0 ? 0 : 100 + (uint64_t)rand_r(seed);
    count = count < BLOCKS - first ? count : BLOCKS - first;
    assert_int_equal(remaps_put(remaps, inode_of(file), first, count, start), 0);
    for (size_t i = 0; i < count; i++) {
        table[file][first + i] = start != 0 ? start + i : 0;
    }
}

/* What is found at a block is so for all the blocks that it is said to be for. */
static void expect_block(const struct xfs_remaps *remaps, size_t file, size_t block)
{
    uint64_t start = AS_IT_WAS, count = BLOCKS - block;
    bool found = remaps_find(remaps, inode_of(file), block, &start, &count);
    assert_int_equal(found, table[file][block] != AS_IT_WAS);
    assert_in_range(count, 1, BLOCKS - block);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(table[file][block + i], start > AS_IT_WAS ? start + i : start);
    }
}

static void each_file_has_ranges_of_its_own(void **state)
{
    (void)state;
    struct arena arena;
    unsigned seed = 1;
    testing_arena(&arena, ARENA_SIZE);
    struct xfs_remaps *remaps = remaps_create(&arena);
    assert_non_null(remaps);
    for (size_t file = 0; file < FILES; file++) {
        for (size_t block = 0; block < BLOCKS; block++) {
            table[file][block] = AS_IT_WAS;
        }
    }
    for (unsigned round = 0; round < ROUNDS; round++) {
        put_some(remaps, &seed);
    }
    for (size_t file = 0; file < FILES; file++) {
        for (size_t block = 0; block < BLOCKS; block++) {
            expect_block(remaps, file, block);
        }
    }
    testing_arena_close(&arena);
}

static void a_file_without_ranges_is_as_it_was(void **state)
{
    (void)state;
    struct arena arena;
    uint64_t start = 77, count = 5;
    testing_arena(&arena, ARENA_SIZE);
    struct xfs_remaps *remaps = remaps_create(&arena);
    assert_int_equal(remaps_put(remaps, 128, 0, 9, 1000), 0);
    assert_false(remaps_find(remaps, 129, 2, &start, &count));
    assert_int_equal(start, 77);
    assert_int_equal(count, 5);
    testing_arena_close(&arena);
}

/* Whichever of what a file needs is the first that does not fit. */
static void memory_comes_to_an_end(void **state)
{
    (void)state;
    for (size_t before = 16; before <= PAGE_SIZE; before += 16) {
        struct arena arena;
        int error = 0;
        testing_arena(&arena, 8 * PAGE_SIZE);
        assert_non_null(arena_alloc(&arena, before));
        struct xfs_remaps *remaps = remaps_create(&arena);
        assert_non_null(remaps);
        for (uint64_t inode = 0; error == 0 && inode < PAGE_SIZE; inode++) {
            error = remaps_put(remaps, inode, 0, 1, 100);
        }
        assert_int_equal(error, ERR_NO_MEMORY);
        testing_arena_close(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_file_has_ranges_of_its_own),
        cmocka_unit_test(a_file_without_ranges_is_as_it_was),
        cmocka_unit_test(memory_comes_to_an_end),
    };
    return cmocka_run_group_tests_name("xfs remaps", tests, NULL, NULL);
}
