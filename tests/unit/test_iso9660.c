/* SPDX-License-Identifier: BSD-2-Clause */
/* ISO 9660: images of genisoimage's, whole and damaged. */
#include <fcntl.h>
#include <unistd.h>

#include "fs/iso9660/disk.h"
#include "tests/unit/mounted.h"

enum { IMAGE_SIZE = 1 << 20, METADATA = 48 << 10 /* bytes of descriptors and directories */ };

static uint8_t image[IMAGE_SIZE];

/* A tree with a link, a name of 200 characters, deep directories, and a file of 5000 bytes. */
static const char script[] =
    "cd %s && mkdir -p tree/a/b/c/d/e/f/g/h/i/j && echo deep > tree/a/b/c/d/e/f/g/h/i/j/file && "
    "ln -s a/../a/b/./c/d tree/link && head -c 5000 /dev/zero | tr '\\0' x > tree/x && "
    "echo long > tree/$(printf %%0200d 7) && genisoimage -quiet -no-pad -D %s -o image tree "
    "2>/dev/null";

static size_t make(const char *options)
{
    char folder[] = "/tmp/pvboot-iso-XXXXXX", command[1024], path[64];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(command, sizeof command, script, folder, options);
    assert_int_equal(system(command), 0);
    (void)snprintf(path, sizeof path, "%s/image", folder);
    int file = open(path, O_RDONLY);
    ssize_t size = read(file, image, IMAGE_SIZE);
    (void)close(file);
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
    assert_true(size > METADATA && size < IMAGE_SIZE);
    return (size_t)size;
}

static void rock_ridge(void **state)
{
    (void)state;
    struct mounted mounted;
    char text[LINK_SIZE], name[256], x[5000];
    struct node node;
    size_t size = make("-R");
    mounted_open_good(&mounted, "Rock Ridge", image, size);
    mounted_expect(&mounted, "deep", "/a/b/c/d/e/f/g/h/i/j/file", 0, "deep\n", 5);
    mounted_expect(&mounted, "through a link", "/link/e/f/g/h/i/j/file", 0, "deep\n", 5);
    memset(x, 'x', sizeof x);
    mounted_expect(&mounted, "x", "/x", 0, x, sizeof x);
    (void)snprintf(name, sizeof name, "/%0200d", 7);
    mounted_expect(&mounted, "long", name, 0, "long\n", 5);
    assert_int_equal(path_find_link(&mounted.volume, "/link", &node, false), 0);
    assert_int_equal(mounted.volume.type->link(&node, text), 0);
    assert_string_equal(text, "a/../a/b/./c/d");
    assert_int_equal(path_find(&mounted.volume, "/X", &node, true), ERR_NOT_FOUND);
    mounted_close(&mounted);
}

static void other_names(void **state)
{
    (void)state;
    static const char *const options[] = {"-J", "-l -f"};
    for (size_t i = 0; i < 2; i++) {
        struct mounted mounted;
        size_t size = make(options[i]);
        mounted_open_good(&mounted, options[i], image, size);
        mounted_expect(&mounted, options[i], "/x", 4999, "x", 1);
        mounted_expect(&mounted, options[i], "/X", 4999, "x", 1);
        mounted_close(&mounted);
    }
}

/* Wherever it is damaged, it is read or not, with a line, and that has an end. */
static void damaged(void **state)
{
    (void)state;
    static const char *const options[] = {"-R", "-J", "-l"};
    for (size_t i = 0; i < 3; i++) {
        size_t size = make(options[i]);
        mounted_mutate(options[i], image, size, ISO_DESCRIPTORS, 256, 300);
        mounted_mutate(options[i], image, size, ISO_DESCRIPTORS + 3 * ISO_SECTOR, METADATA, 2000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rock_ridge),
        cmocka_unit_test(other_names),
        cmocka_unit_test(damaged),
    };
    return cmocka_run_group_tests_name("ISO 9660", tests, NULL, NULL);
}
