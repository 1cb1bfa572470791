/* SPDX-License-Identifier: BSD-2-Clause */
/* Unpacking what the formats' own programs have packed; and what nobody has. */
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

struct result {
    struct capture capture;
    struct arena arena;
    uint8_t *bytes;
    size_t size;
    int error;
};

static void run(struct result *result, size_t length, size_t hint, size_t limit)
{
    struct memory_source source;
    struct progress progress = {.advanced = advanced};
    capture_open(&result->capture);
    testing_arena(&result->arena, ARENA_SIZE);
    memory_source_open(&source, packed, length, "(hd0)/vmlinuz", &result->capture.log);
    struct output output = {
        .arena = &result->arena, .progress = &progress, .limit = limit, .expected = hint};
    const struct unpacker *unpacker = packed_find(&source.source, 0);
    assert_non_null(unpacker);
    result->error = packed_unpack(unpacker, &source.source, 0, length, &output);
    result->bytes = output.bytes;
    result->size = output.size;
}

static void what_was_packed_comes_back(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 4096, 600000, (8 << 20) + 5};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++) {
            struct result result;
            pack(formats[i].program, sizes[j]);
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
           strstr(program, "--no-") == NULL;
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
        pack(formats[i].program, 9 << 20);
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
        cmocka_unit_test(a_size_that_is_another_is_refused),
        cmocka_unit_test(too_much_is_refused),
    };
    return cmocka_run_group_tests_name("unpack", tests, make_plain, NULL);
}
