/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The saved default: read, and rewritten in place on file systems of the real makers. What changes
 * on the disk is the number, and not one byte more.
 */
#include <unistd.h>

#include "boot/devices.h"
#include "boot/saved.h"
#include "fs/volume/raidframe.h"
#include "lib/bytes.h"
#include "tests/unit/fake_disk.h"
#include "tests/unit/md_maker.h"

enum { IMAGE_SIZE = 40 << 20 };

static uint8_t image[IMAGE_SIZE], before[IMAGE_SIZE];

struct fixture {
    struct capture capture;
    struct arena arena;
    struct fake_disk disk;
    struct disk *disks[1];
    struct devices devices;
    size_t size;
};

/* Makes tree/boot/default with `contents`, and an image of it with `command`. */
static void make(struct fixture *fixture, const char *command, const char *contents)
{
    char folder[] = "/tmp/pvboot-saved-XXXXXX", script[2048], name[64];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(script, sizeof script,
                   "cd %s && mkdir -p tree/boot && printf '%s' >tree/boot/default && "
                   "echo text >tree/boot/menu.lst && (%s) >/dev/null 2>&1",
                   folder, contents, command);
    int status = system(script);
    (void)snprintf(name, sizeof name, "%s/image", folder);
    FILE *file = fopen(name, "rb");
    assert_true(status == 0 && file != NULL);
    memset(image, 0, IMAGE_SIZE);
    fixture->size = fread(image, 1, IMAGE_SIZE, file);
    (void)fclose(file);
    (void)snprintf(script, sizeof script, "rm -rf %s", folder);
    assert_int_equal(system(script), 0);
}

static void open_fixture(struct fixture *fixture, uint32_t sector_size)
{
    capture_open(&fixture->capture);
    testing_arena(&fixture->arena, 8 << 20);
    fake_open(&fixture->disk, image, fixture->size, sector_size);
    fixture->disk.writable = image;
    fixture->disks[0] = &fixture->disk.disk;
    assert_int_equal(
        devices_open(&fixture->devices, fixture->disks, 1, &fixture->arena, &fixture->capture.log),
        0);
}

static int save(struct fixture *fixture, int entry)
{
    memcpy(before, image, IMAGE_SIZE);
    return saved_write(&fixture->devices, "(hd0)/boot/menu.lst", entry, &fixture->arena,
                       &fixture->capture.log);
}

static size_t saved(struct fixture *fixture)
{
    size_t entry = 999;
    assert_int_equal(saved_read(&fixture->devices, "(hd0)/boot/menu.lst", &entry, &fixture->arena,
                                &fixture->capture.log),
                     0);
    return entry;
}

/* From the first byte that has changed to the last one there are at most `limit`. */
static void expect_small_change(const char *name, size_t limit)
{
    size_t first = IMAGE_SIZE, last = 0;
    for (size_t i = 0; i < IMAGE_SIZE; i++) {
        if (image[i] != before[i]) {
            first = first == IMAGE_SIZE ? i : first;
            last = i;
        }
    }
    if (first == IMAGE_SIZE || last - first >= limit) {
        fail_msg("%s: bytes %zu to %zu have changed", name, first, last);
    }
}

/* What fsck says of the image; it is empty where that file system has none here. */
static void check(const char *fsck)
{
    char script[256], name[] = "/tmp/pvboot-fsck-XXXXXX";
    int file = mkstemp(name);
    assert_true(file >= 0);
    assert_int_equal(write(file, image, IMAGE_SIZE), IMAGE_SIZE);
    (void)close(file);
    (void)snprintf(script, sizeof script, "%s %s >/dev/null 2>&1", fsck, name);
    int status = fsck[0] == '\0' ? 0 : system(script);
    (void)unlink(name);
    assert_int_equal(status, 0);
}

static const struct {
    const char *name, *command, *fsck;
} kinds[] = {
    {"ext2", "mke2fs -q -t ext2 -d tree image 4M", "e2fsck -fn"},
    {"ext4", "mke2fs -q -t ext4 -d tree image 16M", "e2fsck -fn"},
    {"FFSv1", "makefs -t ffs -o version=1 -s 8m image tree", ""},
    {"FFSv2", "makefs -t ffs -B be -o version=2 -s 8m image tree", ""},
    {"FAT12", "mkfs.fat -C -F 12 image 2048 && mcopy -s -i image tree/boot ::", "fsck.fat -n"},
    {"FAT16", "mkfs.fat -C -F 16 image 16384 && mcopy -s -i image tree/boot ::", "fsck.fat -n"},
    {"FAT32", "mkfs.fat -C -F 32 image 40960 && mcopy -s -i image tree/boot ::", "fsck.fat -n"},
};

static void only_the_number_changes(void **state)
{
    (void)state;
    static const int entries[] = {12, 3, 3, 0, 250, 7};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct fixture fixture;
        make(&fixture, kinds[i].command, "1\\n#\\n#\\n#\\n#\\n");
        open_fixture(&fixture, i % 2 == 0 ? 512 : 4096);
        assert_int_equal(saved(&fixture), 1);
        for (size_t k = 0; k < sizeof entries / sizeof entries[0]; k++) {
            unsigned writes = fixture.disk.writes;
            if (save(&fixture, entries[k]) != 0) {
                fail_msg("%s: %s", kinds[i].name, fixture.capture.lines);
            }
            assert_int_equal(saved(&fixture), entries[k]);
            if (k == 2) {
                assert_int_equal(fixture.disk.writes, writes); /* nothing is new */
            } else {
                expect_small_change(kinds[i].name, 4);
            }
        }
        check(kinds[i].fsck);
        testing_arena_close(&fixture.arena);
    }
}

static void a_shorter_number_leaves_no_old_digits(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture, kinds[0].command, "12345\\n#\\n");
    open_fixture(&fixture, 512);
    assert_int_equal(save(&fixture, 7), 0);
    assert_int_equal(saved(&fixture), 7);
    expect_small_change("ext2", 5);
    testing_arena_close(&fixture.arena);
}

/* ---- members of mirrors: the image, with room after it, and what their makers put there ------- */

static void put_md(struct fixture *fixture)
{
    fixture->size += 1 << 20;
    struct md_maker md = {.place = md_place_1_0(fixture->size), .level = 1, .disks = 1};
    md.size = md.place;
    md_put(image, &md, 0);
}

static void put_raidframe(struct fixture *fixture)
{
    enum { BLOCK = 512, START = COMPONENT_PROTECTED * BLOCK };
    uint8_t *label = image + COMPONENT_LABEL;
    memmove(image + START, image, fixture->size);
    memset(image, 0, START);
    put_le32(label + COMPONENT_VERSION, 2);
    put_le32(label + COMPONENT_LEVEL, '1');
    put_le32(label + COMPONENT_BLOCK_SIZE, BLOCK);
    put_le32(label + COMPONENT_BLOCKS, (uint32_t)(fixture->size / BLOCK));
    fixture->size += START;
}

/* What is refused, and why; not one byte changes. */
static void some_are_not_written(void **state)
{
    (void)state;
    static const struct {
        const char *name, *command, *contents, *logged;
        bool read_only;
        void (*forge)(struct fixture *);
    } cases[] = {
        {"read-only disk", "mke2fs -q -d tree image 4M", "1\\n#\\n", "the disk is read-only",
         .read_only = true},
        {"too short", "mke2fs -q -d tree image 4M", "1\\n", "it is too short, and does not grow",
         .read_only = false},
        {"no file", "rm tree/boot/default; mke2fs -q -d tree image 4M", "", "no \"default\"",
         .read_only = false},
        {"directory", "rm tree/boot/default; mkdir tree/boot/default; mke2fs -q -d tree image 4M",
         "", "not a regular file", .read_only = false},
        {"hole",
         "truncate -s 0 tree/boot/default; truncate -s 2000 tree/boot/default; "
         "mke2fs -q -d tree image 4M",
         "", "it does not begin with the number of an entry", .read_only = false},
        {"text", "mke2fs -q -d tree image 4M", "export PATH=/bin\\n#\\n",
         "it does not begin with the number of an entry", .read_only = false},
        {"text that begins with a number", "mke2fs -q -d tree image 4M", "7zip is not installed\\n",
         "it does not begin with the number of an entry", .read_only = false},
        {"an md mirror", "mke2fs -q -d tree image 4M", "1\\n#\\n#\\n",
         "it is on an md array, of which members would change alone", .forge = put_md},
        {"a mirror of RAIDframe", "mke2fs -q -d tree image 4M", "1\\n#\\n#\\n",
         "it is on a mirror, and only one half would change", .forge = put_raidframe},
        {"beside a partition table",
         "mke2fs -q -d tree image 4M && echo start=4096 | sfdisk -q -w never -W never image",
         "1\\n#\\n#\\n", "its file system lies beside a partition table", .read_only = false},
        {"in the inode", "mke2fs -q -t ext4 -O inline_data -I 256 -d tree image 16M",
         "1\\n#\\n#\\n", "it has no sectors of its own", .read_only = false},
        {"ext4 not unmounted",
         "mke2fs -q -t ext4 -d tree image 16M && debugfs -w -R 'ssv state 0' image", "1\\n#\\n#\\n",
         "its file system is not clean", .read_only = false},
        {"ext4 with errors",
         "mke2fs -q -t ext4 -d tree image 16M && debugfs -w -R 'ssv state 3' image", "1\\n#\\n#\\n",
         "its file system is not clean", .read_only = false},
        {"ext4 with a journal to replay",
         "mke2fs -q -t ext4 -d tree image 16M && debugfs -w -R 'feature needs_recovery' image",
         "1\\n#\\n#\\n", "its file system is not clean", .read_only = false},
        {"FAT not unmounted",
         "mkfs.fat -C -F 16 image 16384 && mcopy -s -i image tree/boot :: && "
         "printf '\\001' | dd of=image bs=1 seek=37 conv=notrunc",
         "1\\n#\\n#\\n", "its file system is not clean", .read_only = false},
        {"FFS not unmounted",
         "makefs -t ffs -o version=1 -s 8m image tree && "
         "printf '\\000' | dd of=image bs=1 seek=8401 conv=notrunc",
         "1\\n#\\n#\\n", "its file system is not clean", .read_only = false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture fixture;
        make(&fixture, cases[i].command, cases[i].contents);
        if (cases[i].forge != NULL) {
            cases[i].forge(&fixture);
        }
        open_fixture(&fixture, 512);
        fixture.disk.disk.read_only = cases[i].read_only;
        if (save(&fixture, 12) == 0) {
            fail_msg("%s: it was written", cases[i].name);
        }
        expect_logged(&fixture.capture, cases[i].name, cases[i].logged);
        assert_memory_equal(image, before, IMAGE_SIZE);
        testing_arena_close(&fixture.arena);
    }
}

static void a_disk_that_fails_is_named(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture, kinds[0].command, "1\\n#\\n");
    open_fixture(&fixture, 512);
    assert_int_equal(saved(&fixture), 1);
    fixture.disk.silent = true;
    assert_true(save(&fixture, 2) != 0);
    expect_logged(&fixture.capture, "a dead disk", "hd0 (fake)");
    testing_arena_close(&fixture.arena);
}

/* A number that is only in the disk's cache is lost with its power. */
static void what_is_written_is_flushed(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture, kinds[0].command, "1\\n#\\n");
    open_fixture(&fixture, 512);
    assert_int_equal(save(&fixture, 2), 0);
    assert_int_equal(fixture.disk.flushes, 0); /* it knows no such thing */
    fixture.disk.disk.flushes = true;
    assert_int_equal(save(&fixture, 3), 0);
    assert_int_equal(fixture.disk.flushes, 1);
    assert_int_equal(save(&fixture, 3), 0);
    assert_int_equal(fixture.disk.flushes, 1); /* nothing was written */
    testing_arena_close(&fixture.arena);
}

static void a_menu_that_is_no_file_has_none(void **state)
{
    (void)state;
    struct fixture fixture;
    size_t entry;
    make(&fixture, kinds[0].command, "1\\n#\\n");
    open_fixture(&fixture, 512);
    assert_int_equal(
        saved_read(&fixture.devices, "ramdisk=", &entry, &fixture.arena, &fixture.capture.log),
        ERR_UNSUPPORTED);
    expect_logged(&fixture.capture, "ramdisk", "a menu that is no file has no saved default");
    testing_arena_close(&fixture.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_number_changes),
        cmocka_unit_test(a_shorter_number_leaves_no_old_digits),
        cmocka_unit_test(some_are_not_written),
        cmocka_unit_test(a_disk_that_fails_is_named),
        cmocka_unit_test(what_is_written_is_flushed),
        cmocka_unit_test(a_menu_that_is_no_file_has_none),
    };
    return cmocka_run_group_tests_name("saved", tests, NULL, NULL);
}
