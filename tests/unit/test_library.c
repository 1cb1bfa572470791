/* SPDX-License-Identifier: BSD-2-Clause */
/* libpvboot, as a program uses it: in what order its things are opened and closed, and what is wrong. */
#include <unistd.h>

#include "libpvboot/pvboot.h"
#include "tests/unit/fat_image.h"
#include "tests/unit/testing.h"

enum { MENU_CLUSTER = 3, SUB_CLUSTER = 4, FILE_CLUSTER = 5, FILE_SIZE = 700 };

static const char menu_text[] =
    "default 1\ntitle A\nkernel /nothing\ntitle B\nkernel /SUB/FILE.BIN x\n";

/*
 *      MENU.LST
 *      SUB/FILE.BIN    two clusters
 *      SUB/LOOP        SUB itself, by another entry
 */
static char image_path[] = "/tmp/pvboot-test-XXXXXX";

static void fill_image(struct fat_image *image)
{
    static const uint32_t file[] = {FILE_CLUSTER, FILE_CLUSTER + 1, 0}, sub[] = {SUB_CLUSTER, 0},
                          menu[] = {MENU_CLUSTER, 0};
    uint8_t *entry =
        fat_image_entry(image->root, "MENU    LST", 0x20, MENU_CLUSTER, sizeof menu_text - 1);
    (void)fat_image_entry(entry, "SUB        ", 0x10, SUB_CLUSTER, 0);
    entry = fat_image_entry(fat_image_cluster(image, SUB_CLUSTER), "FILE    BIN", 0x20,
                            FILE_CLUSTER, FILE_SIZE);
    (void)fat_image_entry(entry, "LOOP       ", 0x10, SUB_CLUSTER, 0);
    memcpy(fat_image_cluster(image, MENU_CLUSTER), menu_text, sizeof menu_text - 1);
    memset(fat_image_cluster(image, FILE_CLUSTER), 'f', FILE_SIZE);
    fat_image_chain(image, file);
    fat_image_chain(image, sub);
    fat_image_chain(image, menu);
}

static int write_image(void **state)
{
    static const struct fat_shape shape = {"FAT12", 12, 512, 1, 2, 300};
    struct fat_image image = fat_image_make(&shape);
    int file = mkstemp(image_path);
    (void)state;
    fill_image(&image);
    bool is_written = file >= 0 && write(file, image.bytes, image.size) == (ssize_t)image.size;
    (void)close(file);
    free(image.bytes);
    return is_written ? 0 : -1;
}

static int remove_image(void **state)
{
    (void)state;
    return unlink(image_path);
}

static struct pvboot *open_image(void)
{
    struct pvboot *pvboot = pvboot_new();
    assert_non_null(pvboot);
    assert_int_equal(pvboot_add(pvboot, image_path, NULL, 0), 0);
    return pvboot;
}

static void expect_message(const struct pvboot *pvboot, const char *words)
{
    assert_int_equal(pvboot_message_count(pvboot), 1);
    if (strstr(pvboot_message(pvboot, 0), words) == NULL) {
        fail_msg("\"%s\" is not in: %s", words, pvboot_message(pvboot, 0));
    }
    assert_null(pvboot_message(pvboot, 1));
}

/* ---- volumes, nodes ------------------------------------------------------------------------- */

static void test_volumes(void **state)
{
    struct pvboot *pvboot = open_image();
    (void)state;
    assert_int_equal(pvboot_volume_count(pvboot), 1);
    const struct pvboot_volume *volume = pvboot_volume(pvboot, 0);
    assert_string_equal(volume->name, "(hd0)");
    assert_string_equal(volume->label, "BOOT DISK");
    assert_null(volume->type);
    assert_ptr_equal(pvboot_volume(pvboot, 0), volume);
    assert_null(pvboot_volume(pvboot, 1));
    assert_int_equal(pvboot_add(pvboot, image_path, NULL, 0), PVBOOT_ERR_INVALID);
    expect_message(pvboot, "all disks are added before the first one is read");
    pvboot_free(pvboot);
    pvboot_free(NULL);
}

static void test_stat(void **state)
{
    struct pvboot *pvboot = open_image();
    const struct pvboot_node *node = NULL;
    (void)state;
    assert_int_equal(pvboot_stat(pvboot, "/SUB/FILE.BIN", &node), 0);
    assert_int_equal(pvboot_message_count(pvboot), 0);
    assert_string_equal(node->path, "(hd0)/SUB/FILE.BIN");
    assert_string_equal(node->name, "FILE.BIN");
    assert_int_equal(node->type, PVBOOT_FILE);
    assert_int_equal(node->size, FILE_SIZE);
    assert_int_equal(pvboot_stat(pvboot, "/SUB/GONE", &node), PVBOOT_ERR_NOT_FOUND);
    expect_message(pvboot, "(hd0)/SUB/GONE: there is no \"GONE\"");
    assert_int_equal(pvboot_stat(pvboot, "(hd7)/x", &node), PVBOOT_ERR_NOT_FOUND);
    pvboot_free(pvboot);
}

static void test_walk(void **state)
{
    static const struct {
        const char *below; /* NULL: an error */
        bool leaving;
        unsigned depth;
    } expected[] = {
        {"MENU.LST", false, 0},          {"SUB", false, 0},
        {"SUB/FILE.BIN", false, 1},      {"SUB/LOOP", false, 1},
        {"SUB/LOOP/FILE.BIN", false, 2}, {NULL, false, 0},
        {"SUB/LOOP", true, 1},           {"SUB", true, 0},
    };
    struct pvboot *pvboot = open_image();
    const struct pvboot_node *node;
    struct pvboot_walk *walk;
    (void)state;
    assert_int_equal(pvboot_walk_open(pvboot, "/", PVBOOT_WALK_DEEP | PVBOOT_WALK_LEAVING, &walk),
                     0);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        int found = pvboot_walk_next(walk, &node);
        if (expected[i].below == NULL) {
            assert_int_equal(found, PVBOOT_ERR_LOOP);
            expect_message(pvboot, "(hd0)/SUB/LOOP/LOOP: the directory holds itself");
            continue;
        }
        assert_int_equal(found, 1);
        assert_string_equal(node->below, expected[i].below);
        assert_int_equal(node->leaving, expected[i].leaving);
        assert_int_equal(node->depth, expected[i].depth);
    }
    assert_int_equal(pvboot_walk_next(walk, &node), 0);
    assert_int_equal(pvboot_walk_next(walk, &node), 0);
    pvboot_walk_close(walk);
    pvboot_free(pvboot);
}

static void test_walk_skips(void **state)
{
    struct pvboot *pvboot = open_image();
    const struct pvboot_node *node;
    struct pvboot_walk *walk;
    (void)state;
    assert_int_equal(pvboot_walk_open(pvboot, "/", PVBOOT_WALK_DEEP, &walk), 0);
    assert_int_equal(pvboot_walk_next(walk, &node), 1);
    assert_int_equal(pvboot_walk_next(walk, &node), 1);
    assert_int_equal(node->type, PVBOOT_DIRECTORY);
    pvboot_walk_skip(walk);
    pvboot_walk_skip(walk);
    assert_int_equal(pvboot_walk_next(walk, &node), 0);
    pvboot_walk_skip(walk);
    assert_int_equal(pvboot_walk_next(walk, &node), 0);
    pvboot_walk_close(walk);
    assert_int_equal(pvboot_walk_open(pvboot, "/SUB/FILE.BIN", PVBOOT_WALK_DEEP, &walk), 0);
    assert_int_equal(pvboot_walk_next(walk, &node), 1);
    assert_string_equal(node->below, "FILE.BIN");
    assert_int_equal(pvboot_walk_next(walk, &node), 0);
    pvboot_walk_close(walk);
    pvboot_free(pvboot);
}

/* ---- files ---------------------------------------------------------------------------------- */

static void test_file(void **state)
{
    struct pvboot *pvboot = open_image();
    struct pvboot_file *file;
    uint8_t bytes[FILE_SIZE + 100];
    uint64_t offset, length;
    (void)state;
    assert_int_equal(pvboot_file_open(pvboot, "/SUB/FILE.BIN", &file), 0);
    assert_string_equal(pvboot_file_name(file), "(hd0)/SUB/FILE.BIN");
    assert_int_equal(pvboot_file_read(file, 0, bytes, sizeof bytes), FILE_SIZE);
    assert_int_equal(bytes[FILE_SIZE - 1], 'f');
    assert_int_equal(pvboot_file_read(file, FILE_SIZE - 10, bytes, sizeof bytes), 10);
    assert_int_equal(pvboot_file_read(file, UINT64_MAX, bytes, sizeof bytes), 0);
    assert_int_equal(pvboot_file_next_piece(file, &offset, &length), 1);
    assert_int_equal(offset, 0);
    pvboot_file_close(file);
    pvboot_file_close(NULL);
    assert_int_equal(pvboot_file_open(pvboot, "/SUB", &file), PVBOOT_ERR_WRONG_TYPE);
    expect_message(pvboot, "(hd0)/SUB: not a regular file");
    assert_int_equal(pvboot_file_open(pvboot, "(hd0)+1", &file), 0); /* sectors */
    assert_int_equal(pvboot_file_read(file, 0, bytes, 512), 512);
    assert_int_equal(bytes[510], 0x55);
    pvboot_file_close(file);
    pvboot_free(pvboot);
}

/* Two users, who know nothing of each other; a file outlives the walk that came to it. */
static void test_two_handles(void **state)
{
    struct pvboot *handles[2] = {open_image(), open_image()};
    struct pvboot_walk *walks[2];
    struct pvboot_file *files[2];
    const struct pvboot_node *nodes[2];
    char byte;
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pvboot_walk_open(handles[i], "/", 0, &walks[i]), 0);
        assert_int_equal(pvboot_walk_next(walks[i], &nodes[i]), 1);
        assert_int_equal(pvboot_walk_file(walks[i], &files[i]), 0);
    }
    assert_ptr_not_equal(nodes[0]->path, nodes[1]->path);
    for (size_t i = 0; i < 2; i++) {
        pvboot_walk_close(walks[i]);
        assert_int_equal(pvboot_file_read(files[i], 0, &byte, 1), 1);
        assert_int_equal(byte, 'd');
        pvboot_file_close(files[i]);
        pvboot_free(handles[i]);
    }
}

/* ---- menus ---------------------------------------------------------------------------------- */

static void test_menu(void **state)
{
    static const struct pvboot_domain usual = {0};
    struct pvboot *pvboot = open_image();
    const struct pvboot_trial *trial;
    const char *const *others;
    struct pvboot_menu *menu;
    (void)state;
    assert_int_equal(pvboot_menu_open(pvboot, &usual, &menu), 0);
    const struct pvboot_menu_about *about = pvboot_menu_about(menu);
    assert_string_equal(about->kind, "menu.lst");
    assert_int_equal(about->entry_count, 2);
    assert_int_equal(about->default_entry, 1);
    assert_string_equal(pvboot_menu_entry(menu, 1)->title, "B");
    assert_null(pvboot_menu_entry(menu, 2));
    assert_int_equal(pvboot_menu_others(menu, &others), 0);
    assert_int_equal(pvboot_menu_try(menu, 1, &trial), 0);
    assert_false(trial->boots);
    assert_string_equal(trial->kernel, "(hd0)/SUB/FILE.BIN");
    assert_string_equal(trial->arguments, "x");
    assert_true(pvboot_message_count(pvboot) > 0);
    assert_int_equal(pvboot_menu_try(menu, 2, &trial), PVBOOT_ERR_NOT_FOUND);
    assert_int_equal(pvboot_message_count(pvboot), 1);
    pvboot_menu_close(menu);
    pvboot_menu_close(NULL);
    pvboot_free(pvboot);
}

static void test_domains_that_are_none(void **state)
{
    static const struct pvboot_domain small = {.memory = 2}, large = {.memory = UINT64_MAX},
                                      elsewhere = {.extra = "(hd0)/SUB/GONE"};
    struct pvboot *pvboot = open_image();
    struct pvboot_menu *menu;
    (void)state;
    assert_int_equal(pvboot_menu_open(pvboot, &small, &menu), PVBOOT_ERR_NO_MEMORY);
    expect_message(pvboot, "2 MiB are too small for the loader itself");
    assert_int_equal(pvboot_menu_open(pvboot, &large, &menu), PVBOOT_ERR_INVALID);
    assert_int_equal(pvboot_menu_open(pvboot, &elsewhere, &menu), 0);
    expect_message(pvboot, "there is no \"GONE\"");
    assert_null(pvboot_menu_about(menu)->config);
    assert_null(pvboot_menu_entry(menu, 0));
    pvboot_menu_close(menu);
    pvboot_free(pvboot);
}

/* ---- messages ------------------------------------------------------------------------------- */

static void count_message(void *context, const char *text)
{
    assert_non_null(strstr(text, "GONE"));
    ++*(int *)context;
}

static void test_messages_as_they_come(void **state)
{
    struct pvboot *pvboot = open_image();
    const struct pvboot_node *node;
    int count = 0;
    (void)state;
    pvboot_on_message(pvboot, count_message, &count);
    (void)pvboot_stat(pvboot, "/GONE", &node);
    (void)pvboot_stat(pvboot, "/SUB", &node);
    assert_int_equal(count, 1);
    pvboot_on_message(pvboot, NULL, NULL);
    (void)pvboot_stat(pvboot, "/GONE", &node);
    assert_int_equal(count, 1);
    assert_string_equal(pvboot_error_text(PVBOOT_ERR_NOT_FOUND), "not found");
    pvboot_free(pvboot);
}

static void test_images_that_are_none(void **state)
{
    struct pvboot *pvboot = pvboot_new();
    (void)state;
    assert_int_equal(pvboot_add(pvboot, "/nowhere", NULL, 0), PVBOOT_ERR_NOT_FOUND);
    expect_message(pvboot, "/nowhere: cannot be opened as a disk: No such file or directory");
    assert_int_equal(pvboot_add(pvboot, "/", NULL, 0), PVBOOT_ERR_NOT_FOUND);
    assert_int_equal(pvboot_add(pvboot, image_path, "iso", 0), PVBOOT_ERR_INVALID);
    assert_int_equal(pvboot_add(pvboot, image_path, NULL, 513), PVBOOT_ERR_INVALID);
    for (int i = 0; i < 64; i++) {
        assert_int_equal(pvboot_add(pvboot, image_path, "raw", 0), 0);
    }
    assert_int_equal(pvboot_add(pvboot, image_path, "raw", 0), PVBOOT_ERR_TOO_LARGE);
    assert_int_equal(pvboot_volume_count(pvboot), 64);
    pvboot_free(pvboot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_volumes),
        cmocka_unit_test(test_stat),
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_walk_skips),
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_two_handles),
        cmocka_unit_test(test_menu),
        cmocka_unit_test(test_domains_that_are_none),
        cmocka_unit_test(test_messages_as_they_come),
        cmocka_unit_test(test_images_that_are_none),
    };
    return cmocka_run_group_tests(tests, write_image, remove_image);
}
