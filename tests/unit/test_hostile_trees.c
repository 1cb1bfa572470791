/* SPDX-License-Identifier: BSD-2-Clause */
/* Trees and files without an end, in a file system that exists only here: each walk ends. */
#include "fs/descent.h"
#include "fs/pieces.h"
#include "tests/unit/testing.h"

enum { VOLUME_SIZE = 24000, BLOCK = 4096 };

/* A directory holds two others, unless its number is `empty` or more: which, a test says. */
struct endless {
    struct volume volume; /* first */
    struct capture capture;
    struct source source;
    uint64_t (*child)(uint64_t parent, uint64_t which);
    uint64_t empty;
    int kind;       /* of all of a file's extents */
    uint64_t run;   /* bytes of each */
    unsigned calls; /* of next() and map() */
};

static int endless_load(struct node *node)
{
    node->type = node->id.object == 0 ? NODE_FILE : NODE_DIRECTORY;
    node->size = node->type == NODE_FILE ? UINT64_C(1) << 62 : BLOCK;
    return 0;
}

static int endless_next(struct node *directory, uint64_t *cursor, struct dir_entry *entry)
{
    struct endless *endless = (struct endless *)directory->volume;
    endless->calls++;
    if (*cursor == 2 || directory->id.object >= endless->empty) {
        return 0;
    }
    entry->id = (struct node_id){.object = endless->child(directory->id.object, *cursor)};
    entry->type = NODE_DIRECTORY;
    (void)snprintf(entry->name, sizeof entry->name, "%lu", *cursor);
    ++*cursor;
    return 1;
}

static int endless_map(struct node *node, uint64_t offset, struct extent *extent)
{
    struct endless *endless = (struct endless *)node->volume;
    endless->calls++;
    *extent =
        (struct extent){.kind = endless->kind, .length = endless->run - offset % endless->run};
    return 0;
}

static const struct fs_type endless_type = {
    .name = "endless", .load = endless_load, .next = endless_next, .map = endless_map};

static void open_endless(struct endless *endless)
{
    memset(endless, 0, sizeof *endless);
    capture_open(&endless->capture);
    endless->source =
        (struct source){.name = "(hd0)", .size = VOLUME_SIZE, .log = &endless->capture.log};
    endless->volume = (struct volume){.type = &endless_type,
                                      .source = &endless->source,
                                      .log = &endless->capture.log,
                                      .root = {.object = 1}};
}

/* Visits all that there is. Returns the last error. */
static int descend(struct descent *descent, struct endless *endless, struct node_id id)
{
    struct node node;
    struct dir_entry entry;
    uint64_t cursor = 0;
    assert_int_equal(node_load(&endless->volume, id, &node), 0);
    int error = descent_enter(descent, &node), found;
    if (error != 0) {
        return error;
    }
    while ((found = descent_next(descent, &node, &cursor, &entry)) > 0) {
        int inner = descend(descent, endless, entry.id);
        error = inner != 0 ? inner : error;
    }
    descent_leave(descent);
    return found != 0 ? found : error;
}

static uint64_t same_directory(uint64_t parent, uint64_t which)
{
    (void)which;
    return parent;
}

/* A million directories, each in one place. */
static uint64_t own_directory(uint64_t parent, uint64_t which)
{
    return 2 * parent + which;
}

/* Two directories on each of twenty levels, both of which hold both of the next level. */
static uint64_t shared_directory(uint64_t parent, uint64_t which)
{
    return (parent / 2 + 1) * 2 + which;
}

static void directory_in_itself(void **state)
{
    (void)state;
    struct endless endless;
    struct descent descent;
    open_endless(&endless);
    endless.child = same_directory;
    endless.empty = 2;
    descent_begin(&descent, &endless.volume);
    assert_int_equal(descend(&descent, &endless, endless.volume.root), ERR_LOOP);
    expect_logged(&endless.capture, "loop", "(hd0): the directory holds itself");
    assert_int_equal(endless.calls, 3);
}

static void more_names_than_there_is_room_for(void **state)
{
    (void)state;
    static const struct {
        uint64_t (*child)(uint64_t, uint64_t);
        uint64_t empty;
    } table[] = {{own_directory, 1 << 20}, {shared_directory, 40}};
    for (size_t i = 0; i < 2; i++) {
        struct endless endless;
        struct descent descent;
        open_endless(&endless);
        endless.child = table[i].child;
        endless.empty = table[i].empty;
        descent_begin(&descent, &endless.volume);
        assert_int_equal(descend(&descent, &endless, endless.volume.root), ERR_CORRUPT);
        expect_logged(&endless.capture, "names", "more names than it has room for");
        assert_in_range(endless.calls, VOLUME_SIZE / 12, 2 * VOLUME_SIZE);
    }
}

/* ---- files ---------------------------------------------------------------------------------- */

static void files_without_end(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int kind;
        uint64_t run;
        unsigned calls;
    } table[] = {
        {"data", EXTENT_BELOW, BLOCK, VOLUME_SIZE / BLOCK + 1},
        {"holes", EXTENT_ZERO, BLOCK, VOLUME_SIZE / 4 + 65},
        {"made", EXTENT_MADE, 1, VOLUME_SIZE / 4 + 65},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct endless endless;
        struct node node;
        struct file file;
        struct pieces pieces;
        uint64_t offset, length;
        int found;
        open_endless(&endless);
        endless.kind = table[i].kind;
        endless.run = table[i].run;
        assert_int_equal(node_load(&endless.volume, (struct node_id){0}, &node), 0);
        assert_int_equal(file_open(&file, &node, "(hd0)/file"), 0);
        pieces_begin(&pieces, &file);
        while ((found = pieces_next(&pieces, &offset, &length)) > 0) {
        }
        assert_int_equal(found, ERR_CORRUPT);
        assert_int_equal(endless.calls, table[i].calls);
        expect_logged(&endless.capture, table[i].name,
                      "(hd0)/file: it is larger than its file system has room for");
    }
}

/* A file system whose files share blocks can hold more bytes than it has. */
static void shared_blocks(void **state)
{
    (void)state;
    struct endless endless;
    struct node node;
    struct file file;
    struct pieces pieces;
    uint64_t offset, length;
    open_endless(&endless);
    endless.volume.shares_blocks = true;
    endless.kind = EXTENT_BELOW;
    endless.run = BLOCK;
    assert_int_equal(node_load(&endless.volume, (struct node_id){0}, &node), 0);
    node.size = UINT64_C(100) * BLOCK;
    assert_int_equal(file_open(&file, &node, "file"), 0);
    pieces_begin(&pieces, &file);
    for (uint64_t i = 0; i < 100; i++) {
        assert_int_equal(pieces_next(&pieces, &offset, &length), 1);
        assert_true(offset == i * BLOCK && length == BLOCK);
    }
    assert_int_equal(pieces_next(&pieces, &offset, &length), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(directory_in_itself),
        cmocka_unit_test(more_names_than_there_is_room_for),
        cmocka_unit_test(files_without_end),
        cmocka_unit_test(shared_blocks),
    };
    return cmocka_run_group_tests_name("hostile_trees", tests, NULL, NULL);
}
