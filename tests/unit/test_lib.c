/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/memory.h"
#include "lib/utf.h"
#include "tests/unit/testing.h"

static void numbers_in_both_orders(void **state)
{
    (void)state;
    const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint8_t written[8];
    assert_int_equal(le16(bytes), 0x0201);
    assert_int_equal(be16(bytes), 0x0102);
    assert_int_equal(le32(bytes), 0x04030201);
    assert_int_equal(be32(bytes), 0x01020304);
    assert_true(le64(bytes) == UINT64_C(0x0807060504030201));
    assert_true(be64(bytes) == UINT64_C(0x0102030405060708));
    put_le64(written, UINT64_C(0x0807060504030201));
    assert_memory_equal(written, bytes, sizeof bytes);
}

static void ranges_do_not_wrap(void **state)
{
    (void)state;
    static const struct {
        uint64_t offset, length, size;
        bool within;
    } cases[] = {
        {0, 0, 0, true},
        {0, 1, 0, false},
        {1, 0, 0, false},
        {5, 5, 10, true},
        {5, 6, 10, false},
        {10, 0, 10, true},
        {11, 0, 10, false},
        {UINT64_MAX, 1, 10, false},
        {1, UINT64_MAX, 10, false},
        {2, UINT64_MAX - 1, UINT64_MAX, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(range_within(cases[i].offset, cases[i].length, cases[i].size),
                         cases[i].within);
    }
}

static void arena_marks_and_limits(void **state)
{
    (void)state;
    struct arena arena;
    testing_arena(&arena, 4 * PAGE_SIZE);
    size_t mark = arena_mark(&arena);
    char *text = arena_format(&arena, "%s-%d", "hd", 3);
    assert_string_equal(text, "hd-3");
    memset(text, 'x', 4);
    assert_null(arena_array(&arena, SIZE_MAX / 2, 3));
    assert_null(arena_pages(&arena, SIZE_MAX));
    arena_release(&arena, mark);
    assert_int_equal(((char *)arena_alloc(&arena, 8))[0],
                     0); /* memory that comes back is cleared */
    uint8_t *pages = arena_pages(&arena, 1);
    assert_int_equal((uintptr_t)pages % PAGE_SIZE, 0);
    assert_int_equal(arena_resize(&arena, pages, 2 * PAGE_SIZE), 0);
    assert_int_equal(arena_resize(&arena, pages, 4 * PAGE_SIZE), ERR_NO_MEMORY);
    testing_arena_close(&arena);
}

static void child_arena_outlives_a_mark(void **state)
{
    (void)state;
    struct arena arena, child;
    testing_arena(&arena, 8 * PAGE_SIZE);
    assert_int_equal(arena_open_within(&child, &arena, 2 * PAGE_SIZE), 0);
    size_t mark = arena_mark(&arena);
    char *inside = arena_copy(&child, "kept", 4);
    arena_release(&arena, mark);
    memset(arena_pages(&arena, PAGE_SIZE), 0xFF, PAGE_SIZE);
    assert_string_equal(inside, "kept");
    assert_null(arena_pages(&child, 2 * PAGE_SIZE));
    testing_arena_close(&arena);
}

static void log_disarms_control_characters(void **state)
{
    (void)state;
    struct capture capture;
    capture_open(&capture);
    assert_int_equal((fail)(&capture.log, ERR_CORRUPT, "a \x1B[2J name"), ERR_CORRUPT);
    assert_string_equal(capture.lines, "a ?[2J name\n");
}

/* Characters of one byte and of two that command a terminal, and what is no UTF-8. */
static void text_is_made_harmless(void **state)
{
    (void)state;
    static const struct {
        const char *text, *harmless;
    } table[] = {
        {"", ""},
        {"plain \xC3\xBC \xE6\xBC\xA2 \xF0\x9F\x98\x80",
         "plain \xC3\xBC \xE6\xBC\xA2 \xF0\x9F\x98\x80"},
        {"\x1B[2J\x07\x7F\t\n\r", "?[2J?????"},
        {"\xC2\x9B"
         "2J\xC2\x80\xC2\x9F\xC2\xA0",
         "?2J??\xC2\xA0"},
        {"\x9B"
         "2J\x84",
         "?2J?"},
        {"\xC3", "?"},
        {"\xE6\xBC", "??"},
        {"\xC1\x9B\xE0\x82\x9B\xF0\x80\x82\x9B", "?????????"},
        {"\xED\xA0\x80\xF4\x90\x80\x80\xFF", "???"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "%s", table[i].text);
        utf8_disarm(text);
        assert_string_equal(text, table[i].harmless);
    }
}

static void only_ram_is_memory(void **state)
{
    (void)state;
    static const struct memory_range ranges[] = {
        {.start = 0, .length = 640 << 10, .kind = MEMORY_RAM},
        {.start = 640 << 10, .length = 384 << 10, .kind = MEMORY_RESERVED},
        {.start = UINT64_C(1) << 32, .length = UINT64_C(5) << 30, .kind = MEMORY_RAM}};
    const struct memory memory = {.ranges = ranges, .count = 3}, none = {.count = 0};
    assert_true(memory_ram(&memory) == (UINT64_C(5) << 30) + (640 << 10));
    assert_true(memory_ram(&none) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_ram_is_memory),
        cmocka_unit_test(numbers_in_both_orders),
        cmocka_unit_test(ranges_do_not_wrap),
        cmocka_unit_test(arena_marks_and_limits),
        cmocka_unit_test(child_arena_outlives_a_mark),
        cmocka_unit_test(log_disarms_control_characters),
        cmocka_unit_test(text_is_made_harmless),
    };
    return cmocka_run_group_tests_name("lib", tests, NULL, NULL);
}
