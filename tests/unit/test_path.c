/* SPDX-License-Identifier: BSD-2-Clause */
/* Walking paths, in a file system that exists only here. */
#include "fs/fs.h"
#include "tests/unit/testing.h"

#define TEN_TIMES(text) text text text text text text text text text text

/* A node is its place in this table; `parent` makes the tree. */
static const struct {
    const char *name;
    unsigned parent;
    enum node_type type;
    const char *target; /* of a link, or the contents of a file */
} nodes[] = {
    {"", 0, NODE_DIRECTORY, NULL},
    {"boot", 0, NODE_DIRECTORY, NULL},
    {"vmlinuz", 1, NODE_FILE, "kernel"},
    {"link", 0, NODE_LINK, "boot/vmlinuz"},
    {"absolute", 1, NODE_LINK, "/boot/vmlinuz"},
    {"up", 1, NODE_LINK, "../boot/./vmlinuz"},
    {"dir", 0, NODE_LINK, "boot"},
    {"loop", 0, NODE_LINK, "loop"},
    {"ping", 0, NODE_LINK, "pong"},
    {"pong", 0, NODE_LINK, "ping"},
    {"chain", 0, NODE_LINK, "dir/absolute"},
    {"dangling", 0, NODE_LINK, "nowhere/x"},
    {"above", 0, NODE_LINK, "../../../boot/vmlinuz"},
    {"b", 0, NODE_DIRECTORY, NULL},
    {"hundred", 0, NODE_LINK, TEN_TIMES(TEN_TIMES("b/../"))},
    {"subvolume", 0, NODE_DIRECTORY, NULL}, /* what follows is in a tree of its own */
    {"inside", 15, NODE_DIRECTORY, NULL},
    {"file", 16, NODE_FILE, "deep"},
    {"absolute", 16, NODE_LINK, "/inside/file"},
    {"out", 16, NODE_LINK, "../../boot/vmlinuz"},
};

enum { NODE_COUNT = sizeof nodes / sizeof nodes[0], SUBVOLUME = 15 };

/* Both halves of an identity lead to a node. */
static uint64_t tree_of(uint64_t number)
{
    return number >= SUBVOLUME ? 200 : 100;
}

static int fake_load(struct node *node)
{
    uint64_t number = node->id.object;
    assert_true(number < NODE_COUNT && node->id.tree == tree_of(number));
    node->type = nodes[number].type;
    node->size = nodes[number].target == NULL ? 0 : strlen(nodes[number].target);
    return 0;
}

static int fake_next(struct node *directory, uint64_t *cursor, struct dir_entry *entry)
{
    while (++*cursor < NODE_COUNT) {
        if (nodes[*cursor].parent == directory->id.object) {
            entry->id = (struct node_id){.tree = tree_of(*cursor), .object = *cursor};
            entry->type = nodes[*cursor].type;
            strcpy(entry->name, nodes[*cursor].name);
            return 1;
        }
    }
    return 0;
}

static int fake_link(struct node *node, char *text)
{
    strcpy(text, nodes[node->id.object].target);
    return 0;
}

static int fake_map(struct node *node, uint64_t offset, struct extent *extent)
{
    *extent = (struct extent){.kind = EXTENT_MADE, .length = node->size - offset};
    return 0;
}

static int fake_make(struct node *node, uint64_t offset, void *buffer, size_t length)
{
    assert_true(length > 0 && length <= node->size - offset);
    memcpy(buffer, nodes[node->id.object].target + offset, length);
    return 0;
}

static const struct fs_type fake_type = {.name = "fake",
                                         .load = fake_load,
                                         .map = fake_map,
                                         .make = fake_make,
                                         .next = fake_next,
                                         .link = fake_link};

struct fixture {
    struct capture capture;
    struct arena arena;
    struct source source;
    struct volume volume;
};

static void open_fixture(struct fixture *fixture)
{
    capture_open(&fixture->capture);
    testing_arena(&fixture->arena, 64 << 10);
    fixture->source = (struct source){.name = "(hd0)", .log = &fixture->capture.log};
    fixture->volume = (struct volume){.type = &fake_type,
                                      .source = &fixture->source,
                                      .arena = &fixture->arena,
                                      .log = &fixture->capture.log,
                                      .root = {.tree = tree_of(0)}};
}

static void paths_lead_where_they_say(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int number; /* or an error */
        const char *logged;
    } cases[] = {
        {"/", 0, NULL},
        {"", 0, NULL},
        {"/boot/vmlinuz", 2, NULL},
        {"//boot//vmlinuz", 2, NULL},
        {"boot/vmlinuz", 2, NULL},
        {"/boot/", 1, NULL},
        {"/boot/../boot/./vmlinuz", 2, NULL},
        {"/../..", 0, NULL},
        {"/link", 2, NULL},
        {"/boot/absolute", 2, NULL},
        {"/boot/up", 2, NULL},
        {"/dir/vmlinuz", 2, NULL},
        {"/chain", 2, NULL},
        {"/above", 2, NULL},
        {"/subvolume/inside/absolute", 17, NULL},
        {"/subvolume/inside/out", 2, NULL},
        {"/boot/initrd", ERR_NOT_FOUND, "(hd0)/boot/initrd: there is no \"initrd\""},
        {"/Boot", ERR_NOT_FOUND, "there is no \"Boot\""},
        {"/boot/vmlinuz/x", ERR_WRONG_TYPE, "what comes before \"x\" is no directory"},
        {"/loop", ERR_LOOP, "more than 32 symbolic links"},
        {"/ping", ERR_LOOP, "more than 32 symbolic links"},
        {"/hundred/hundred/hundred/hundred/hundred/hundred/hundred/hundred/hundred/boot", 1, NULL},
        {"/hundred/hundred/hundred/hundred/hundred/hundred/hundred/hundred/hundred/hundred/hundred",
         ERR_LOOP, "more than 1024 names, with those of links"},
        {"/dangling", ERR_NOT_FOUND, "(hd0)/dangling: there is no \"nowhere\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture fixture;
        struct node node;
        open_fixture(&fixture);
        int error = path_find(&fixture.volume, cases[i].path, &node, false);
        if (cases[i].number < 0) {
            assert_int_equal(error, cases[i].number);
            expect_logged(&fixture.capture, cases[i].path, cases[i].logged);
        } else {
            assert_int_equal(error, 0);
            assert_int_equal(node.id.object, cases[i].number);
        }
        assert_int_equal(fixture.arena.used, 0);
        testing_arena_close(&fixture.arena);
    }
}

static void quiet_and_unfollowed(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node node;
    open_fixture(&fixture);
    assert_int_equal(path_find(&fixture.volume, "/nothing", &node, true), ERR_NOT_FOUND);
    assert_string_equal(fixture.capture.lines, "");
    assert_int_equal(path_find_link(&fixture.volume, "/dir/absolute", &node, false), 0);
    assert_int_equal(node.type, NODE_LINK);
    testing_arena_close(&fixture.arena);
}

static void too_long_paths(void **state)
{
    (void)state;
    static char path[LINK_SIZE + 10];
    struct fixture fixture;
    struct node node;
    open_fixture(&fixture);
    memset(path, '/', sizeof path - 1);
    assert_int_equal(path_find(&fixture.volume, path, &node, false), ERR_TOO_LARGE);
    memset(path, 'x', LINK_SIZE - 1);
    path[LINK_SIZE - 1] = '\0';
    assert_int_equal(path_find(&fixture.volume, path, &node, false), ERR_NOT_FOUND);
    testing_arena_close(&fixture.arena);
}

static void files_are_sources(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node node;
    struct file file;
    char text[6];
    open_fixture(&fixture);
    assert_int_equal(path_find(&fixture.volume, "/link", &node, false), 0);
    assert_int_equal(file_open(&file, &node, "(hd0)/link"), 0);
    assert_int_equal(source_read(&file.source, 0, text, 6), 0);
    assert_memory_equal(text, "kernel", 6);
    assert_int_equal(source_read(&file.source, 1, text, 6), ERR_RANGE);
    assert_int_equal(path_find(&fixture.volume, "/boot", &node, false), 0);
    assert_int_equal(file_open(&file, &node, "(hd0)/boot"), ERR_WRONG_TYPE);
    testing_arena_close(&fixture.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_lead_where_they_say),
        cmocka_unit_test(quiet_and_unfollowed),
        cmocka_unit_test(too_long_paths),
        cmocka_unit_test(files_are_sources),
    };
    return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
