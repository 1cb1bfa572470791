/* SPDX-License-Identifier: BSD-2-Clause */
/* GRUB's block lists: what they read, and what they must not. */
#include "fs/blocklist.h"
#include "tests/unit/fake_disk.h"

enum { SECTORS = 64, SIZE = SECTORS * SECTOR_SIZE };

static uint8_t bytes[SIZE];

struct fixture {
    struct capture capture;
    struct memory_source source;
    struct volume volume;
    struct node node;
    struct file file;
};

static int open_list(struct fixture *fixture, const char *text)
{
    for (size_t i = 0; i < SIZE; i++) {
        bytes[i] = (uint8_t)(i / SECTOR_SIZE);
    }
    capture_open(&fixture->capture);
    memory_source_open(&fixture->source, bytes, SIZE, "(hd0)", &fixture->capture.log);
    fixture->volume =
        (struct volume){.source = &fixture->source.source, .log = &fixture->capture.log};
    return blocklist_open(&fixture->volume, &fixture->node, text);
}

static void sectors_in_the_order_of_the_list(void **state)
{
    (void)state;
    static const uint8_t expected[] = {10, 11, 60, 0, 1};
    struct fixture fixture;
    uint8_t read[5 * SECTOR_SIZE];
    assert_int_equal(open_list(&fixture, "10+2,60+1,+2"), 0);
    assert_int_equal(file_open(&fixture.file, &fixture.node, "(hd0)10+2,60+1,+2"), 0);
    assert_int_equal(fixture.file.source.size, sizeof read);
    assert_int_equal(source_read(&fixture.file.source, 0, read, sizeof read), 0);
    for (size_t i = 0; i < sizeof read; i++) {
        assert_int_equal(read[i], expected[i / SECTOR_SIZE]);
    }
    assert_int_equal(source_read(&fixture.file.source, 1000, read, 600), 0);
    assert_int_equal(read[0], 11);
    assert_int_equal(read[100], 60);
    assert_int_equal(read[599], 0);
    assert_int_equal(source_read(&fixture.file.source, sizeof read, read, 1), ERR_RANGE);
}

static void form_of_one(void **state)
{
    (void)state;
    assert_true(blocklist_is("+1") && blocklist_is("100+50") && blocklist_is("1+2,3+4"));
    assert_false(blocklist_is("/+1") || blocklist_is("100") || blocklist_is("") ||
                 blocklist_is("1+2/x") || blocklist_is("a+1"));
}

static void lists_that_cannot_be(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int error;
        const char *logged;
    } cases[] = {
        {"60+5", ERR_RANGE, "(hd0): a block list's 5 sectors from 60 on are past its end"},
        {"99999999999999999999+1", ERR_INVALID, "is no block list"},
        {"36028797018963968+1", ERR_INVALID, "is no block list"},
        {"1+36028797018963967", ERR_RANGE, "past its end"},
        {"1+", ERR_INVALID, "\"1+\" is no block list: [FIRST]+COUNT,... in sectors"},
        {"1+0", ERR_INVALID, "is no block list"},
        {"1+1,", ERR_INVALID, "is no block list"},
        {"1+1,2", ERR_INVALID, "is no block list"},
        {"+1,+1,+1,+1,+1,+1,+1,+1,+1,+1,+1,+1,+1,+1,+1,+1,+1", ERR_TOO_LARGE, "over 16 runs"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture fixture;
        assert_int_equal(open_list(&fixture, cases[i].text), cases[i].error);
        expect_logged(&fixture.capture, cases[i].text, cases[i].logged);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sectors_in_the_order_of_the_list),
        cmocka_unit_test(form_of_one),
        cmocka_unit_test(lists_that_cannot_be),
    };
    return cmocka_run_group_tests_name("blocklist", tests, NULL, NULL);
}
