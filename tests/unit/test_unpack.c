/* SPDX-License-Identifier: BSD-2-Clause */
/* Unpacking what the formats' own programs have packed; and what nobody has. */
#include <lzma.h>
#include <unistd.h>

#include "fs/packed.h"
#include "fs/source.h"
#include "lib/bytes.h"
#include "lib/progress.h"
#include "tests/unit/testing.h"

enum { PLAIN_SIZE = 10 << 20, PACKED_LIMIT = 12 << 20, ARENA_SIZE = 64 << 20 };

static uint8_t *plain, *packed;
static size_t packed_size;

static const struct {
    const char *name, *program;
} formats[] = {
    {"gzip", "gzip -9"},
    {"xz", "xz -6 --check=crc32 --x86 --lzma2=dict=32MiB"},
    {"zstd", "zstd -q -19"},
    {"lz4", "lz4 -l -9 -q -c"},
    {"bzip2", "bzip2 -9"},
    {"lzma", "xz --format=lzma --lzma1=dict=32MiB"},
    {"lzo", "lzop -9"},
    {"lz4", "lz4 -9 -q -c -BD --content-size"},
    {"lz4", "lz4 -1 -q -c -B4 --no-frame-crc"},
    {"gzip", "gzip -1"},
    {"xz", "xz -0 --block-size=1MiB"},
    {"zstd", "zstd -q -1 --no-check"},
    {"lzo", "lzop -1 --no-checksum"},
    {"xz", "xz"},
    {"xz", "xz -2 --check=none"},
    {"xz", "xz -2 --check=crc64"},
    {"xz", "xz -2 --check=sha256"},
    {"xz", "xz --delta=dist=4 --lzma2=preset=1"},
    {"xz", "xz --arm --delta=dist=3 --lzma2=preset=0"},
    {"zstd", "zstd -q -3 --long=27"},
    {"zstd", "zstd -q -3 --long=31"},
    {"zstd", "pzstd -q -c -p 2"},
    {"lz4", "lz4 -q -c -9 -BD -B7"},
};

/* Half text, half noise: stretches that pack well and stretches that do not. */
static int make_plain(void **state)
{
    (void)state;
    unsigned seed = 9;
    plain = malloc(PLAIN_SIZE);
    packed = malloc(PACKED_LIMIT);
    for (size_t i = 0; i < PLAIN_SIZE; i++) {
        plain[i] = i / 65536 % 2 == 0 ? (uint8_t) "the kernel of a guest "[i % 22]
                                      : (uint8_t)rand_r(&seed);
    }
    return 0;
}

/* Puts into `packed` what a program makes of the first bytes of `plain`. */
static void pack(const char *program, size_t size)
{
    char name[] = "/tmp/pvboot-unpack-XXXXXX", command[256];
    int file = mkstemp(name);
    assert_true(write(file, plain, size) == (ssize_t)size);
    (void)close(file);
    (void)snprintf(command, sizeof command, "%s <%s", program, name);
    FILE *pipe = popen(command, "r");
    packed_size = fread(packed, 1, PACKED_LIMIT - 8, pipe);
    assert_int_equal(pclose(pipe), 0);
    (void)unlink(name);
}

static void advanced(struct progress *progress, uint64_t bytes)
{
    (void)progress;
    assert_true(bytes <= ARENA_SIZE);
}

enum { MUCH = (8 << 20) + 5 /* bytes */ };

/* The same of MUCH, each format once: that takes seconds. */
static void pack_much(size_t format)
{
    static struct {
        uint8_t *bytes;
        size_t size;
    } kept[sizeof formats / sizeof formats[0]];
    if (kept[format].bytes == NULL) {
        pack(formats[format].program, MUCH);
        kept[format].bytes = malloc(packed_size);
        kept[format].size = packed_size;
        memcpy(kept[format].bytes, packed, packed_size);
    }
    packed_size = kept[format].size;
    memcpy(packed, kept[format].bytes, packed_size);
}

struct result {
    struct capture capture;
    struct arena arena;
    uint8_t *bytes;
    size_t size;
    int error;
};

static void run_within(struct result *result, size_t length, size_t hint, size_t limit,
                       size_t memory)
{
    struct memory_source source;
    struct progress progress = {.advanced = advanced};
    capture_open(&result->capture);
    testing_arena(&result->arena, memory);
    memory_source_open(&source, packed, length, "(hd0)/vmlinuz", &result->capture.log);
    struct output output = {
        .arena = &result->arena, .progress = &progress, .limit = limit, .expected = hint};
    const struct unpacker *unpacker = packed_find(&source.source, 0);
    assert_non_null(unpacker);
    result->error = packed_unpack(unpacker, &source.source, 0, length, &output);
    result->bytes = output.bytes;
    result->size = output.size;
}

static void run(struct result *result, size_t length, size_t hint, size_t limit)
{
    run_within(result, length, hint, limit, ARENA_SIZE);
}

static void what_was_packed_comes_back(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 4096, 600000, MUCH};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++) {
            struct result result;
            if (sizes[j] == MUCH) {
                pack_much(i);
            } else {
                pack(formats[i].program, sizes[j]);
            }
            put_le32(packed + packed_size,
                     (uint32_t)sizes[j]); /* as a bzImage has it after its payload */
            run(&result, packed_size + 4, sizes[j], PLAIN_SIZE);
            if (result.error != 0 || result.size != sizes[j]) {
                fail_msg("%s of %zu bytes: %zu, %s", formats[i].name, sizes[j], result.size,
                         result.capture.lines);
            }
            assert_memory_equal(result.bytes, plain, sizes[j]);
            assert_int_equal((uintptr_t)result.bytes % PAGE_SIZE, 0);
            testing_arena_close(&result.arena);
        }
    }
}

static bool has_checksum(const char *program)
{
    return strstr(program, " -l ") == NULL && strstr(program, "lzma") == NULL &&
           strstr(program, "--no-") == NULL && strstr(program, "check=none") == NULL;
}

static void damage_is_found_and_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (!has_checksum(formats[i].program)) {
            continue;
        }
        struct result result;
        char words[64];
        pack(formats[i].program, 1 << 20);
        packed[packed_size / 2] ^= 0x10;
        run(&result, packed_size, 0, PLAIN_SIZE);
        if (result.error == 0) { /* only zstd's noise may hide it, without a checksum */
            assert_string_equal(formats[i].name, "zstd");
        } else {
            (void)snprintf(words, sizeof words, "(hd0)/vmlinuz: its %s data is damaged",
                           formats[i].name);
            expect_logged(&result.capture, formats[i].name, words);
        }
        testing_arena_close(&result.arena);
    }
}

static void truncated_data_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        struct result result;
        pack_much(i);
        run(&result, packed_size / 2, 0, PLAIN_SIZE);
        assert_int_equal(result.error, ERR_TRUNCATED);
        expect_logged(&result.capture, formats[i].name, "(hd0)/vmlinuz: truncated: its ");
        testing_arena_close(&result.arena);
    }
}

/* As `cat a.gz b.gz >c.gz` makes them, and as the programs unpack them. */
static void streams_in_a_row_are_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        struct result result;
        size_t first = 300000 + i;
        pack(formats[i].program, first);
        size_t single = packed_size;
        memmove(packed + single, packed, single);
        memcpy(packed + 2 * single, "trailing garbage", 16);
        run(&result, 2 * single + 16, 0, PLAIN_SIZE);
        if (result.error != 0 || result.size != 2 * first) {
            fail_msg("%s: %zu bytes, %s", formats[i].program, result.size, result.capture.lines);
        }
        assert_memory_equal(result.bytes + result.size - first, plain, first);
        testing_arena_close(&result.arena);
    }
}

/* What the second one needs is more: a dictionary, a block, a window. */
static void a_later_stream_may_want_a_larger_decoder(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second;
    } pairs[] = {{"xz -0", "xz -6"},
                 {"bzip2 -1", "bzip2 -9"},
                 {"zstd -q -1", "zstd -q -19 --long=27"},
                 {"lz4 -q -c -B4", "lz4 -q -c -B7 -BD"},
                 {"xz --format=lzma -0", "xz --format=lzma -6"}};
    enum { FIRST = 200000, SECOND = 5 << 20 };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct result result;
        pack(pairs[i].second, SECOND);
        size_t second = packed_size;
        uint8_t *copy = malloc(second);
        memcpy(copy, packed, second);
        pack(pairs[i].first, FIRST);
        memcpy(packed + packed_size, copy, second);
        free(copy);
        run(&result, packed_size + second, 0, PLAIN_SIZE);
        if (result.error != 0 || result.size != FIRST + SECOND) {
            fail_msg("%s: %zu bytes, %s", pairs[i].second, result.size, result.capture.lines);
        }
        assert_memory_equal(result.bytes, plain, FIRST);
        assert_memory_equal(result.bytes + FIRST, plain, SECOND);
        testing_arena_close(&result.arena);
    }
}

/* "The .xz File Format", 2.2: zeros in fours, between streams and after them. */
static void padding_between_xz_streams_is_none_of_it(void **state)
{
    (void)state;
    struct result result;
    pack("xz", 100000);
    memset(packed + packed_size, 0, 200);
    memcpy(packed + packed_size + 200, packed, packed_size);
    memset(packed + 2 * packed_size + 200, 0, 4);
    run(&result, 2 * packed_size + 204, 0, PLAIN_SIZE);
    assert_string_equal(result.capture.lines, "");
    assert_int_equal(result.size, 200000);
    testing_arena_close(&result.arena);
}

/* lzma with its size in the header and no mark at the end, as the format's first programs write it. */
static void pack_sized_lzma(size_t size)
{
    enum { SIZE_OFFSET = 5, HEADER_SIZE = 13 };
    lzma_options_lzma options;
    assert_false(lzma_lzma_preset(&options, 1));
    options.ext_flags = 0;
    options.ext_size_low = (uint32_t)size;
    options.ext_size_high = 0;
    lzma_filter filters[] = {{LZMA_FILTER_LZMA1EXT, &options}, {LZMA_VLI_UNKNOWN, NULL}};
    assert_int_equal(lzma_properties_encode(&filters[0], packed), LZMA_OK);
    put_le64(packed + SIZE_OFFSET, size);
    packed_size = HEADER_SIZE;
    assert_int_equal(
        lzma_raw_buffer_encode(filters, NULL, plain, size, packed, &packed_size, PACKED_LIMIT),
        LZMA_OK);
}

/* Its last bits can stand for more than one call of the decoder gives out. */
static void an_end_that_packs_well_is_no_truncation(void **state)
{
    (void)state;
    enum { STEP = 1 << 20, MORE = 8000 };
    uint8_t *text = plain;
    plain = calloc(1, STEP + MORE);
    for (size_t more = 1; more < MORE; more += 500) {
        struct result result;
        pack_sized_lzma(STEP + more);
        run(&result, packed_size, 0, PLAIN_SIZE);
        assert_string_equal(result.capture.lines, "");
        assert_int_equal(result.size, STEP + more);
        testing_arena_close(&result.arena);
        run(&result, packed_size - 8, 0, PLAIN_SIZE);
        assert_int_equal(result.error, ERR_TRUNCATED);
        testing_arena_close(&result.arena);
    }
    free(plain);
    plain = text;
}

/* Where the size is known, the output takes no more than that; zstd's window is the output, so it takes nothing. */
static void memory_is_what_the_output_needs(void **state)
{
    (void)state;
    enum { SIZE = 9 << 20, STREAM_AND_DECODER = 2 << 20 };
    struct result result;
    pack("zstd -q -3 --long=31", SIZE);
    run_within(&result, packed_size, SIZE, ARENA_SIZE, SIZE + STREAM_AND_DECODER);
    assert_string_equal(result.capture.lines, "");
    assert_int_equal(result.size, SIZE);
    testing_arena_close(&result.arena);
}

/* ---- chunks of any length ------------------------------------------------------------------- */

struct crumbs {
    struct input input; /* first: a struct input * is a struct crumbs * */
    size_t at, length;  /* of `packed` */
    unsigned seed, most;
    uint8_t chunk[128]; /* what was in it before is gone */
};

static int next_crumb(struct input *input, const uint8_t **bytes, size_t *length)
{
    struct crumbs *crumbs = (struct crumbs *)input;
    size_t left = crumbs->length - crumbs->at,
           count = 1 + (size_t)rand_r(&crumbs->seed) % crumbs->most;
    *length = count < left ? count : left;
    memset(crumbs->chunk, 0xEE, sizeof crumbs->chunk);
    memcpy(crumbs->chunk, packed + crumbs->at, *length);
    crumbs->at += *length;
    *bytes = crumbs->chunk;
    return 0;
}

static void crumbs_are_as_good_as_chunks(void **state)
{
    (void)state;
    enum { SIZE = 150000 };
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        struct result result;
        struct progress progress = {.advanced = advanced};
        pack(formats[i].program, SIZE);
        memcpy(packed + packed_size, packed, packed_size);
        capture_open(&result.capture);
        testing_arena(&result.arena, ARENA_SIZE);
        struct crumbs crumbs = {
            .input = {.next_chunk = next_crumb, .name = "crumbs", .log = &result.capture.log},
            .length = 2 * packed_size,
            .seed = (unsigned)i,
            .most = i % 2 == 0 ? 3 : 127};
        struct output output = {.arena = &result.arena, .progress = &progress, .limit = PLAIN_SIZE};
        assert_int_equal(unpack(unpack_find(packed), &crumbs.input, &output), 0);
        assert_int_equal(output.size, 2 * SIZE);
        assert_memory_equal(output.bytes + SIZE, plain, SIZE);
        testing_arena_close(&result.arena);
    }
}

static void a_size_that_is_another_is_refused(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 299999, 300001, 16 << 20, (size_t)3 << 40};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct result result;
        pack("xz", 300000);
        run(&result, packed_size, sizes[i], 20 << 20);
        assert_int_equal(result.error, ERR_CORRUPT);
        expect_logged(&result.capture, "size", "unpacks to 300000 bytes, but the file says");
        testing_arena_close(&result.arena);
    }
}

static void too_much_is_refused(void **state)
{
    (void)state;
    memset(plain, 0, PLAIN_SIZE);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        struct result result;
        pack(formats[i].program, PLAIN_SIZE);
        run(&result, packed_size, 0, 5 << 20);
        if (result.error != ERR_TOO_LARGE) {
            fail_msg("%s: %s: %s", formats[i].name, error_text(result.error), result.capture.lines);
        }
        expect_logged(&result.capture, formats[i].name,
                      "unpacks to more than the 5242880 bytes there can be");
        testing_arena_close(&result.arena);
    }
}

static void noise_never_crashes(void **state)
{
    (void)state;
    unsigned seed = 21;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        static uint8_t intact[400000];
        pack(formats[i].program, 300000);
        memcpy(intact, packed, packed_size);
        for (int round = 0; round < 30; round++) {
            struct result result;
            memcpy(packed, intact, packed_size);
            for (int j = 0; j < 5; j++) {
                packed[8 + (size_t)rand_r(&seed) % (packed_size - 8)] = (uint8_t)rand_r(&seed);
            }
            run(&result, packed_size, 0, PLAIN_SIZE);
            assert_true(result.error == 0 || result.capture.lines[0] != '\0');
            testing_arena_close(&result.arena);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_packed_comes_back),
        cmocka_unit_test(damage_is_found_and_named),
        cmocka_unit_test(truncated_data_is_refused),
        cmocka_unit_test(noise_never_crashes),
        cmocka_unit_test(streams_in_a_row_are_one),
        cmocka_unit_test(a_later_stream_may_want_a_larger_decoder),
        cmocka_unit_test(padding_between_xz_streams_is_none_of_it),
        cmocka_unit_test(an_end_that_packs_well_is_no_truncation),
        cmocka_unit_test(memory_is_what_the_output_needs),
        cmocka_unit_test(crumbs_are_as_good_as_chunks),
        cmocka_unit_test(a_size_that_is_another_is_refused),
        cmocka_unit_test(too_much_is_refused),
    };
    return cmocka_run_group_tests_name("unpack", tests, make_plain, NULL);
}
