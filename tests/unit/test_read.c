/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading through sources, streams and the cache, from a disk that answers in any order. */
#include "fs/cache.h"
#include "fs/source.h"
#include "fs/stream.h"
#include "tests/unit/fake_disk.h"

enum { SIZE = 3 << 20 };

static uint8_t bytes[SIZE];
static uint8_t buffer[SIZE + 8192] __attribute__((aligned(4096)));

static int fill(void **state)
{
    (void)state;
    unsigned seed = 7;
    for (size_t i = 0; i < SIZE; i++) {
        bytes[i] = (uint8_t)rand_r(&seed);
    }
    return 0;
}

struct fixture {
    struct fake_disk fake;
    struct disk_source whole;
    struct slice_source slice;
    struct capture capture;
};

static void open_fixture(struct fixture *fixture, uint32_t sector_size, uint64_t start)
{
    capture_open(&fixture->capture);
    fake_open(&fixture->fake, bytes, SIZE, sector_size);
    disk_source_open(&fixture->whole, &fixture->fake.disk, &fixture->capture.log);
    assert_int_equal(
        slice_source_open(&fixture->slice, &fixture->whole.source, start, SIZE - start, "(hd0,0)"),
        0);
}

static void any_offset_and_length(void **state)
{
    (void)state;
    static const uint32_t sector_sizes[] = {512, 4096};
    unsigned seed = 3;
    for (int round = 0; round < 400; round++) {
        struct fixture fixture;
        uint64_t start = (uint64_t)(rand_r(&seed) % 64) * 4096;
        open_fixture(&fixture, sector_sizes[round % 2], start);
        uint64_t size = SIZE - start;
        uint64_t offset = (uint64_t)rand_r(&seed) % size;
        size_t length = (size_t)((uint64_t)rand_r(&seed) % (size - offset));
        size_t shift = (size_t)(rand_r(&seed) % 3) * 512 + (size_t)(rand_r(&seed) % 2) * 100;
        memset(buffer, 0, sizeof buffer);
        assert_int_equal(source_read(&fixture.slice.source, offset, buffer + shift, length), 0);
        assert_memory_equal(buffer + shift, bytes + start + offset, length);
        assert_int_equal(buffer[shift + length], 0);
        assert_int_equal(fixture.fake.in_flight, 0);
    }
}

static void large_reads_fill_the_queue(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture, 512, 0);
    assert_int_equal(source_read(&fixture.slice.source, 0, buffer, SIZE), 0);
    assert_int_equal(fixture.fake.deepest, FAKE_QUEUE);
    assert_int_equal(fixture.fake.requests, (SIZE + 40959) / 40960);
}

static void failures_name_the_place(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture, 512, 4096);
    fixture.fake.bad_offset = 1 << 20;
    assert_int_equal(source_read(&fixture.slice.source, 0, buffer, SIZE - 4096), ERR_IO);
    expect_logged(&fixture.capture, "bad sector", "(hd0,0): cannot read hd0 (fake) at sector");
    assert_int_equal(fixture.fake.in_flight, 0);
    assert_int_equal(source_read(&fixture.slice.source, SIZE, buffer, 1), ERR_RANGE);
    assert_int_equal(source_read(&fixture.slice.source, 1, buffer, SIZE_MAX), ERR_RANGE);
    struct slice_source beyond;
    assert_int_equal(slice_source_open(&beyond, &fixture.whole.source, SIZE, 1, "(hd0,1)"),
                     ERR_RANGE);
}

/*
 * A source that makes every second piece of PIECE bytes, in a scratch that holds one: the disk's
 * bytes, inverted.
 */
struct made_source {
    struct source source; /* first */
    const struct source *below;
    uint64_t broken; /* the byte that cannot be made */
};

enum { PIECE = 5000 };

static int made_where(const struct source *source, uint64_t offset, struct extent *extent)
{
    const struct made_source *made = (const struct made_source *)source;
    bool lies_below = offset / PIECE % 2 == 0;
    *extent = (struct extent){.kind = lies_below ? EXTENT_BELOW : EXTENT_MADE,
                              .length = PIECE - offset % PIECE,
                              .below = lies_below ? made->below : source,
                              .offset = offset};
    return 0;
}

static int made_make(const struct source *source, uint64_t offset, void *target, size_t length)
{
    const struct made_source *made = (const struct made_source *)source;
    uint8_t scratch[PIECE];
    assert_true(length > 0 && length <= PIECE - offset % PIECE && offset / PIECE % 2 == 1);
    if (made->broken - offset < length) {
        log_line(source->log, "%s: byte %lu cannot be made", source->name, made->broken);
        return ERR_CORRUPT;
    }
    int error = source_read(made->below, offset, scratch, length);
    for (size_t i = 0; i < length; i++) {
        ((uint8_t *)target)[i] = (uint8_t)~scratch[i];
    }
    return error;
}

/* A slice of it, so that it is not on top. */
static void open_made(struct fixture *fixture, struct made_source *made, struct slice_source *slice,
                      uint64_t broken)
{
    open_fixture(fixture, 512, 0);
    *made = (struct made_source){.source = fixture->slice.source, .below = &fixture->slice.source};
    made->source.name = "made";
    made->source.where = made_where;
    made->source.make = made_make;
    made->broken = broken;
    assert_int_equal(slice_source_open(slice, &made->source, 100, SIZE - 100, "slice"), 0);
}

static uint8_t made_byte(uint64_t offset)
{
    return (uint8_t)(offset / PIECE % 2 == 0 ? bytes[offset] : ~bytes[offset]);
}

static void bytes_can_be_made(void **state)
{
    (void)state;
    struct fixture fixture;
    struct made_source made;
    struct slice_source slice;
    unsigned seed = 9;
    open_made(&fixture, &made, &slice, UINT64_MAX);
    for (int round = 0; round < 200; round++) {
        uint64_t offset = (uint64_t)rand_r(&seed) % slice.source.size;
        size_t length = (size_t)((uint64_t)rand_r(&seed) % 70000 % (slice.source.size - offset));
        assert_int_equal(source_read(&slice.source, offset, buffer, length), 0);
        for (size_t i = 0; i < length; i++) {
            assert_int_equal(buffer[i], made_byte(100 + offset + i));
        }
    }
    assert_string_equal(fixture.capture.lines, "");
}

static void bytes_that_cannot_be_made_end_the_read(void **state)
{
    (void)state;
    struct fixture fixture;
    struct made_source made;
    struct slice_source slice;
    open_made(&fixture, &made, &slice, 75001);
    assert_int_equal(source_read(&slice.source, 0, buffer, SIZE / 2), ERR_CORRUPT);
    assert_string_equal(fixture.capture.lines, "made: byte 75001 cannot be made\n");
    assert_int_equal(fixture.fake.in_flight, 0);
    assert_int_equal(source_read(&slice.source, 0, buffer, 70000), 0);
}

static void stream_brings_every_byte(void **state)
{
    (void)state;
    static const struct {
        uint64_t offset, length;
    } cases[] = {{0, SIZE}, {1, SIZE - 1}, {4095, 2}, {5000, 300000}, {SIZE, 0}, {777, 262144}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture fixture;
        struct arena arena;
        open_fixture(&fixture, 512, 0);
        testing_arena(&arena, 4 << 20);
        struct stream *stream =
            stream_open(&arena, &fixture.slice.source, cases[i].offset, cases[i].length);
        const uint8_t *chunk;
        size_t length;
        uint64_t done = 0;
        while (stream_next(stream, &chunk, &length) == 0 && length > 0) {
            assert_memory_equal(chunk, bytes + cases[i].offset + done, length);
            done += length;
        }
        assert_int_equal(done, cases[i].length);
        stream_close(stream);
        testing_arena_close(&arena);
    }
}

static void stream_closed_early_leaves_nothing_in_flight(void **state)
{
    (void)state;
    struct fixture fixture;
    struct arena arena;
    open_fixture(&fixture, 512, 0);
    testing_arena(&arena, 4 << 20);
    struct stream *stream = stream_open(&arena, &fixture.slice.source, 0, SIZE);
    assert_true(fixture.fake.in_flight > 0);
    stream_close(stream);
    assert_int_equal(fixture.fake.in_flight, 0);
    testing_arena_close(&arena);
}

static void cache_reads_each_line_once(void **state)
{
    (void)state;
    struct fixture fixture;
    struct arena arena;
    open_fixture(&fixture, 512, 0);
    testing_arena(&arena, 4 << 20);
    struct cache *cache = cache_create(&arena);
    for (uint64_t offset = 0; offset < 65536; offset += 64) {
        assert_int_equal(cache_read(cache, &fixture.slice.source, offset, buffer, 64), 0);
        assert_memory_equal(buffer, bytes + offset, 64);
    }
    assert_int_equal(fixture.fake.requests, 65536 / 16384);
    unsigned seed = 5;
    for (int i = 0; i < 2000; i++) {
        uint64_t offset = (uint64_t)rand_r(&seed) % (SIZE - 20000);
        size_t length = (size_t)rand_r(&seed) % 20000;
        assert_int_equal(cache_read(cache, &fixture.slice.source, offset, buffer, length), 0);
        assert_memory_equal(buffer, bytes + offset, length);
    }
    assert_int_equal(cache_read(cache, &fixture.slice.source, SIZE - 1, buffer, 2), ERR_RANGE);
    testing_arena_close(&arena);
}

/* A disk and what begins where it does share their lines, and a partition those that it reaches into. */
static void cache_reads_what_is_shared_once(void **state)
{
    (void)state;
    struct fixture fixture;
    struct arena arena;
    open_fixture(&fixture, 512, 63 * 512);
    testing_arena(&arena, 4 << 20);
    struct cache *cache = cache_create(&arena);
    assert_int_equal(cache_read(cache, &fixture.whole.source, 0, buffer, 32768), 0);
    assert_int_equal(fixture.fake.requests, 2);
    assert_int_equal(cache_read(cache, &fixture.slice.source, 0, buffer, 512), 0);
    assert_memory_equal(buffer, bytes + (size_t)63 * 512, 512);
    assert_int_equal(fixture.fake.requests, 2);
    testing_arena_close(&arena);
}

/* A bad sector in a line takes no other with it. */
static void cache_reads_around_a_bad_sector(void **state)
{
    (void)state;
    struct fixture fixture;
    struct arena arena;
    open_fixture(&fixture, 512, 0);
    testing_arena(&arena, 4 << 20);
    fixture.fake.bad_offset = 8192 + 5;
    struct cache *cache = cache_create(&arena);
    assert_int_equal(cache_read(cache, &fixture.slice.source, 100, buffer, 8000), 0);
    assert_memory_equal(buffer, bytes + 100, 8000);
    assert_string_equal(fixture.capture.lines, "");
    assert_int_equal(cache_read(cache, &fixture.slice.source, 8000, buffer, 512), ERR_IO);
    expect_logged(&fixture.capture, "bad sector", "(hd0,0): cannot read hd0 (fake) at sector 15");
    testing_arena_close(&arena);
}

/* More heads than can be fetched at a time, some twice, one that cannot be read. */
static void cache_fetches_heads_side_by_side(void **state)
{
    (void)state;
    enum { HEADS = 40 };
    struct fixture fixture;
    struct slice_source slices[HEADS];
    struct cache_place heads[HEADS];
    struct arena arena;
    open_fixture(&fixture, 512, 0);
    testing_arena(&arena, 4 << 20);
    for (uint64_t i = 0; i < HEADS; i++) {
        assert_int_equal(slice_source_open(&slices[i], &fixture.whole.source,
                                           i / 2 * 65536 + i % 2 * 512, 65536, "(hd0,1)"),
                         0);
        heads[i] = (struct cache_place){.source = &slices[i].source};
    }
    fixture.fake.bad_offset = 65536;
    struct cache *cache = cache_create(&arena);
    cache_fetch(cache, heads, HEADS);
    assert_true(fixture.fake.deepest > 4);
    assert_int_equal(fixture.fake.in_flight, 0);
    assert_string_equal(fixture.capture.lines, "");
    unsigned fetched = fixture.fake.requests;
    assert_int_equal(cache_read(cache, heads[HEADS - 1].source, 0, buffer, 1024), 0);
    assert_memory_equal(buffer, bytes + slices[HEADS - 1].offset, 1024);
    assert_int_equal(fixture.fake.requests, fetched);
    assert_int_equal(cache_read(cache, heads[2].source, 0, buffer, 1024), ERR_IO);
    testing_arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_offset_and_length),
        cmocka_unit_test(large_reads_fill_the_queue),
        cmocka_unit_test(failures_name_the_place),
        cmocka_unit_test(bytes_can_be_made),
        cmocka_unit_test(bytes_that_cannot_be_made_end_the_read),
        cmocka_unit_test(stream_brings_every_byte),
        cmocka_unit_test(stream_closed_early_leaves_nothing_in_flight),
        cmocka_unit_test(cache_reads_each_line_once),
        cmocka_unit_test(cache_reads_what_is_shared_once),
        cmocka_unit_test(cache_reads_around_a_bad_sector),
        cmocka_unit_test(cache_fetches_heads_side_by_side),
    };
    return cmocka_run_group_tests_name("read", tests, fill, NULL);
}
