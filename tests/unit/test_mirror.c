/* SPDX-License-Identifier: BSD-2-Clause */
/* Mirrors of disks that fail here and there: what one half cannot read comes from the other. */
#include "fs/cache.h"
#include "fs/volume/mirror.h"
#include "tests/unit/fake_disk.h"

enum { SIZE = 1 << 20, START = 32768, HALVES = 2 };

static uint8_t bytes[SIZE];
static uint8_t buffer[SIZE] __attribute__((aligned(4096)));

static int fill(void **state)
{
    (void)state;
    unsigned seed = 7;
    for (size_t i = 0; i < SIZE; i++) {
        bytes[i] = (uint8_t)rand_r(&seed);
    }
    return 0;
}

/* Both halves are copies of `bytes`, of which the mirror begins at START. */
struct fixture {
    struct fake_disk fakes[HALVES];
    struct disk_source disks[HALVES];
    struct mirror mirror;
    struct arena arena;
    struct capture capture;
};

static void open_fixture(struct fixture *fixture)
{
    static const char *const names[HALVES] = {"hd0", "hd1"};
    capture_open(&fixture->capture);
    testing_arena(&fixture->arena, 2 << 20);
    mirror_open(&fixture->mirror, SIZE - START, "raid0", &fixture->capture.log);
    for (size_t i = 0; i < HALVES; i++) {
        fake_open(&fixture->fakes[i], bytes, SIZE, 512);
        (void)snprintf(fixture->fakes[i].disk.name, sizeof fixture->fakes[i].disk.name, "%s",
                       names[i]);
        disk_source_open(&fixture->disks[i], &fixture->fakes[i].disk, &fixture->capture.log);
        assert_int_equal(
            mirror_add(&fixture->mirror, &fixture->disks[i].source, START, &fixture->arena), 0);
    }
}

static unsigned lines(const struct fixture *fixture)
{
    unsigned count = 0;
    for (const char *c = fixture->capture.lines; *c != '\0'; c++) {
        count += *c == '\n' ? 1 : 0;
    }
    return count;
}

static void expect_all(struct fixture *fixture)
{
    memset(buffer, 0, sizeof buffer);
    assert_int_equal(source_read(&fixture->mirror.source, 0, buffer, SIZE - START), 0);
    assert_memory_equal(buffer, bytes + START, SIZE - START);
}

static void whole_halves_are_read_once(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    expect_all(&fixture);
    assert_string_equal(fixture.capture.lines, "");
    assert_int_equal(fixture.fakes[0].requests, (SIZE - START + 40959) / 40960);
    assert_int_equal(fixture.fakes[1].requests, 0);
    testing_arena_close(&fixture.arena);
}

/* A bad sector in the one, another one in the other; and the mirror goes on with what is well. */
static void bad_sectors(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    fixture.fakes[0].bad_offset = 500000;
    expect_all(&fixture);
    expect_logged(&fixture.capture, "first", "hd0: cannot read hd0 (fake) at sector");
    expect_logged(&fixture.capture, "first", "raid0: hd1 is read instead of hd0");
    assert_int_equal(lines(&fixture), 2);
    unsigned before = fixture.fakes[0].requests;
    expect_all(&fixture);
    assert_int_equal(fixture.fakes[0].requests, before);
    assert_int_equal(lines(&fixture), 2);
    fixture.fakes[1].bad_offset = 900001;
    expect_all(&fixture);
    expect_logged(&fixture.capture, "second", "hd1: cannot read hd1 (fake) at sector");
    testing_arena_close(&fixture.arena);
}

static void same_sector_in_both(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    fixture.fakes[0].bad_offset = fixture.fakes[1].bad_offset = 500000;
    assert_int_equal(source_read(&fixture.mirror.source, 0, buffer, SIZE - START), ERR_IO);
    assert_int_equal(source_read(&fixture.mirror.source, 0, buffer, 400000), 0);
    assert_int_equal(fixture.fakes[0].in_flight + fixture.fakes[1].in_flight, 0);
    testing_arena_close(&fixture.arena);
}

/* One that says nothing any more is given up, in the middle of all that it was asked for. */
static void silent_half(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    fixture.fakes[0].silent = true;
    expect_all(&fixture);
    expect_logged(&fixture.capture, "silent", "raid0: hd1 is read instead of hd0");
    testing_arena_close(&fixture.arena);
}

static void through_the_cache(void **state)
{
    (void)state;
    for (int silent = 0; silent < 2; silent++) {
        struct fixture fixture;
        open_fixture(&fixture);
        struct cache *cache = cache_create(&fixture.arena);
        fixture.fakes[0].bad_offset = START + 100;
        fixture.fakes[0].silent = silent != 0;
        assert_int_equal(cache_read(cache, &fixture.mirror.source, 10, buffer, 3000), 0);
        assert_memory_equal(buffer, bytes + START + 10, 3000);
        testing_arena_close(&fixture.arena);
    }
}

/* A mirror of mirrors: whoever is on top knows most copies. */
static void nested(void **state)
{
    (void)state;
    struct fixture one, other;
    struct mirror top;
    open_fixture(&one);
    open_fixture(&other);
    mirror_open(&top, SIZE - START, "raid1", &one.capture.log);
    assert_int_equal(mirror_add(&top, &one.mirror.source, 0, &one.arena), 0);
    assert_int_equal(mirror_add(&top, &other.mirror.source, 0, &one.arena), 0);
    one.fakes[0].bad_offset = one.fakes[1].bad_offset = other.fakes[0].bad_offset = 500000;
    assert_int_equal(source_read(&top.source, 0, buffer, SIZE - START), 0);
    assert_memory_equal(buffer, bytes + START, SIZE - START);
    testing_arena_close(&one.arena);
    testing_arena_close(&other.arena);
}

static void half_that_is_too_short(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    assert_int_equal(
        mirror_add(&fixture.mirror, &fixture.disks[1].source, START + 1, &fixture.arena),
        ERR_RANGE);
    expect_logged(&fixture.capture, "short",
                  "raid0: bytes 32769 to 1048577 are past the end of hd1");
    testing_arena_close(&fixture.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_halves_are_read_once), cmocka_unit_test(bad_sectors),
        cmocka_unit_test(same_sector_in_both),        cmocka_unit_test(silent_half),
        cmocka_unit_test(through_the_cache),          cmocka_unit_test(nested),
        cmocka_unit_test(half_that_is_too_short),
    };
    return cmocka_run_group_tests_name("mirror", tests, fill, NULL);
}
