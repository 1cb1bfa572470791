/* SPDX-License-Identifier: BSD-2-Clause */
/* Characters of UTF-8, and names that differ in case alone. */
#include <stdbool.h>

#include "lib/fold.h"
#include "lib/utf.h"
#include "tests/unit/testing.h"

static void characters_come_out_as_they_went_in(void **state)
{
    (void)state;
    static const uint32_t codes[] = {1,      0x7F,   0x80,    0x7FF,   0x800,
                                     0xFFFD, 0xFFFF, 0x10000, 0x10FFFF};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        char text[5] = "";
        uint32_t code;
        const char *end = utf8_put(text, codes[i]);
        assert_ptr_equal(utf8_get(text, &code), end);
        assert_int_equal(code, codes[i]);
    }
}

static void bytes_that_are_no_characters(void **state)
{
    (void)state;
    static const char *const texts[] = {"\x80",         "\xC3", "\xC0\x80", "\xE0\x80\x80",
                                        "\xF0\x9F\x98", "\xFF", "\xC3z"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        uint32_t code;
        assert_ptr_equal(utf8_get(texts[i], &code), texts[i] + 1);
        assert_true(code > 0x10FFFF);
    }
}

static void names_in_either_case(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"Vmlinuz", "vMLINUZ", true},
        {"ÄÖÜ", "äöü", true},
        {"ΑΒΓς", "αβγΣ", true},
        {"ДОМ", "дом", true},
        {"Ǆ", "ǆ", true},
        {"𐐀", "𐐨", true},
        {"漢字", "漢字", true},
        {"", "", true},
        {"a", "ab", false},
        {"ab", "a", false},
        {"ß", "ss", false},
        {"a\xFF", "A\xFF", true},
        {"\xC3", "\xE3", false},
        {"\xC3\xA4", "\xC3", false},
        {"[", "{", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool same_hash = fold_hash(cases[i].a) == fold_hash(cases[i].b);
        if (fold_same(cases[i].a, cases[i].b) != cases[i].same || same_hash != cases[i].same) {
            fail_msg("\"%s\" and \"%s\"", cases[i].a, cases[i].b);
        }
    }
}

/* What one character folds to folds to itself. */
static void folding_twice_is_folding_once(void **state)
{
    (void)state;
    unsigned folded = 0;
    for (uint32_t code = 0; code < 0x20000; code++) {
        uint32_t once = fold_character(code);
        assert_int_equal(fold_character(once), once);
        folded += once != code ? 1 : 0;
    }
    assert_int_equal(folded, 1454);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_come_out_as_they_went_in),
        cmocka_unit_test(bytes_that_are_no_characters),
        cmocka_unit_test(names_in_either_case),
        cmocka_unit_test(folding_twice_is_folding_once),
    };
    return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
