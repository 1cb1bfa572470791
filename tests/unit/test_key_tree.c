/* SPDX-License-Identifier: BSD-2-Clause */
/* A digital search tree against a plain table; and that no keys make it deep. */
#include <stdbool.h>
#include <stdint.h>

#include "fs/key_tree.h"
#include "tests/unit/testing.h"

enum { COUNT = 500, ROUNDS = 20000, DEPTH_LIMIT = 65, MANY = 100000 };

static struct key_entry kept[2 * COUNT], many[MANY];

/* All are different: some small, some that differ in their highest bits only, some in those in between. */
static uint64_t key_of(size_t index)
{
    unsigned shift = index % 3 == 0 ? 2 : index % 3 == 1 ? 20 : 55;
    return (uint64_t)(index / 3) << shift | index % 3;
}

static void expect(const struct key_tree *tree, size_t index, const struct key_entry *wanted)
{
    const struct key_entry *found = key_tree_find(tree, key_of(index));
    assert_ptr_equal(found, wanted);
    assert_true(found == NULL || found->key == key_of(index));
}

/* Each key's entry is put, replaced by another one, and removed, in no order. */
static void what_is_kept_is_found(void **state)
{
    (void)state;
    static struct key_entry *table[COUNT];
    struct key_tree tree = {0};
    unsigned seed = 1;
    for (unsigned round = 0; round < ROUNDS; round++) {
        size_t index = (size_t)rand_r(&seed) % COUNT;
        struct key_entry *there = table[index];
        if (there != NULL && rand_r(&seed) % 3 != 0) {
            key_tree_remove(&tree, key_of(index));
            table[index] = NULL;
        } else {
            struct key_entry *next = there == &kept[index] ? &kept[COUNT + index] : &kept[index];
            *next = (struct key_entry){.key = key_of(index)};
            key_tree_put(&tree, next);
            table[index] = next;
        }
        for (size_t i = round % 10; i < COUNT; i += 10) {
            expect(&tree, i, table[i]);
        }
    }
}

/* An entry's depth, by its key's bits; it must be there. */
static unsigned depth_of(const struct key_tree *tree, uint64_t key)
{
    unsigned depth = 1;
    const struct key_entry *entry = tree->top;
    for (uint64_t bits = key; entry->key != key; bits >>= 1) {
        entry = entry->below[bits & 1];
        assert_non_null(entry);
        depth++;
    }
    return depth;
}

static void no_keys_make_it_deep(void **state)
{
    (void)state;
    static const uint64_t factors[] = {1, 251, 256, 4096, UINT64_C(1) << 47, UINT64_MAX};
    for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++) {
        struct key_tree tree = {0};
        for (size_t index = 0; index < MANY; index++) {
            many[index] = (struct key_entry){.key = index * factors[i]};
            key_tree_put(&tree, &many[index]);
        }
        for (size_t index = 0; index < MANY; index++) {
            assert_in_range(depth_of(&tree, index * factors[i]), 1, DEPTH_LIMIT);
        }
    }
}

static void keys_may_differ_in_their_last_bit_only(void **state)
{
    (void)state;
    struct key_tree tree = {0};
    struct key_entry path[DEPTH_LIMIT] = {0};
    for (unsigned bit = 0; bit < 64; bit++) {
        path[bit].key = UINT64_C(1) << (63 - bit);
        key_tree_put(&tree, &path[bit]);
    }
    key_tree_put(&tree, &path[64]); /* 0 */
    for (unsigned i = 0; i < DEPTH_LIMIT; i++) {
        assert_ptr_equal(key_tree_find(&tree, path[i].key), &path[i]);
    }
    for (unsigned i = 0; i < DEPTH_LIMIT; i++) {
        key_tree_remove(&tree, path[i].key);
        assert_null(key_tree_find(&tree, path[i].key));
        key_tree_remove(&tree, path[i].key); /* which changes nothing */
    }
    assert_null(tree.top);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_is_found),
        cmocka_unit_test(no_keys_make_it_deep),
        cmocka_unit_test(keys_may_differ_in_their_last_bit_only),
    };
    return cmocka_run_group_tests_name("key tree", tests, NULL, NULL);
}
