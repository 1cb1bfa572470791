/* SPDX-License-Identifier: BSD-2-Clause */
/* Regular expressions: what matches is compared with this machine's C library. */
#include <regex.h>

#include "boot/script/regex.h"
#include "tests/unit/testing.h"

enum { MANY = 1 << 20 /* steps */ };

static struct arena arena;

static int search(const char *expression, const char *text, struct regex_match *matches)
{
    size_t steps = MANY;
    size_t mark = arena_mark(&arena);
    int result = regex_search(expression, text, matches, &steps, &arena);
    assert_int_equal(arena_mark(&arena), mark);
    return result;
}

/* What the C library finds: 1 and the match, 0, or ERR_INVALID. */
static int search_by_libc(const char *expression, const char *text, regmatch_t *match)
{
    regex_t compiled;
    if (regcomp(&compiled, expression, REG_EXTENDED) != 0) {
        return ERR_INVALID;
    }
    int result = regexec(&compiled, text, 1, match, 0) == 0;
    regfree(&compiled);
    return result;
}

static void compare(const char *expression, const char *text)
{
    struct regex_match matches[REGEX_GROUPS];
    regmatch_t match;
    int result = search(expression, text, matches);
    int expected = search_by_libc(expression, text, &match);
    if (result != expected ||
        (result == 1 && (matches[0].start != text + match.rm_so ||
                         matches[0].length != (size_t)(match.rm_eo - match.rm_so)))) {
        fail_msg("\"%s\" in \"%s\": %d, not %d", expression, text, result, expected);
    }
}

static unsigned next(unsigned *seed)
{
    *seed = *seed * 1103515245 + 12345;
    return *seed >> 16;
}

/* A right expression of a few pieces. */
static void make(char *out, unsigned *seed, unsigned depth)
{
    static const char *const atoms[] = {"a",           "b",     "c",   ".", "[ab]", "[^a]",
                                        "[[:alpha:]]", "[a-b]", "\\.", "x", "ab"};
    static const char *const counts[] = {"",  "",    "",      "*",     "+",
                                         "?", "{2}", "{1,2}", "{0,1}", "{2,}"};
    unsigned pieces = 1 + next(seed) % 3;
    for (unsigned i = 0; i < pieces; i++) {
        if (depth < 2 && next(seed) % 4 == 0) {
            strcat(out, "(");
            make(out, seed, depth + 1);
            strcat(out, next(seed) % 2 == 0 ? "|" : "b|a");
            make(out, seed, depth + 1);
            strcat(out, ")");
        } else {
            strcat(out, atoms[next(seed) % 11]);
        }
        strcat(out, counts[next(seed) % 10]);
    }
}

static void matches_are_those_of_libc(void **state)
{
    static const char letters[] = "aabbc.x";
    unsigned seed = 1;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        char expression[300] = "", text[12] = "";
        if (next(&seed) % 8 == 0) {
            strcat(expression, "^");
        }
        make(expression, &seed, 0);
        if (next(&seed) % 8 == 0) {
            strcat(expression, "$");
        }
        for (unsigned j = 0, length = next(&seed) % 11; j < length; j++) {
            text[j] = letters[next(&seed) % 7];
        }
        compare(expression, text);
    }
}

static void written_by_hand(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"", ""},
                                           {"", "a"},
                                           {"^$", ""},
                                           {"a|", ""},
                                           {"()", "a"},
                                           {"(|a)b", "ab"},
                                           {"a**", "aa"},
                                           {"(a*)*b", "aab"},
                                           {"[]a-]+x", "]-ax"},
                                           {"[^]a]x", "ax"},
                                           {"[^]a]x", "bx"},
                                           {"[a\\]+", "a\\"},
                                           {"\\w+\\s\\S+", "foo bar"},
                                           {"\\W", "a b"},
                                           {"a{2", "a{2"},
                                           {"(a", "a"},
                                           {"[a", "a"},
                                           {"a)", "a)"},
                                           {"[[:nosuch:]]", "a"},
                                           {"a{2,1}", "aa"},
                                           {"\\", "a"},
                                           {"[b-a]", "a"},
                                           {"[[:digit:][:space:]]+", "a1 2"},
                                           {"[[:punct:]]+", "a.!"},
                                           {"a{,2}b", "aaab"},
                                           {"{", "{"},
                                           {"a|b|cd", "xcd"},
                                           {"x*", "aaxx"},
                                           {"(^a|b)c", "bc"},
                                           {"a^b", "a^b"},
                                           {"a$b", "a$b"},
                                           {"\xC3\xA4+", "b\xC3\xA4"},
                                           {"((((((((((a))))))))))", "a"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        compare(cases[i][0], cases[i][1]);
    }
}

static void groups_are_found(void **state)
{
    (void)state;
    struct regex_match matches[REGEX_GROUPS];
    const char *text = "x vmlinuz-5.10-amd64";
    assert_int_equal(search("(vmlinuz|initrd)-([0-9.]+)(-([a-z]+))?(z)?", text, matches), 1);
    assert_ptr_equal(matches[1].start, text + 2);
    assert_int_equal(matches[1].length, 7);
    assert_ptr_equal(matches[2].start, text + 10);
    assert_int_equal(matches[2].length, 4);
    assert_int_equal(matches[4].length, 3);
    assert_null(matches[5].start);
    assert_int_equal(search("(a)|(b)", "b", matches), 1);
    assert_null(matches[1].start);
    assert_non_null(matches[2].start);
}

static void expect(const char *expression, const char *text, int expected)
{
    struct regex_match matches[REGEX_GROUPS];
    assert_int_equal(search(expression, text, matches), expected);
}

static void what_is_not_known_or_too_much_is_refused(void **state)
{
    (void)state;
    char deep[200] = "";
    expect("(a)\\1", "aa", ERR_INVALID);
    expect("\\bfoo", "foo", ERR_INVALID);
    expect("[[.a.]]", "a", ERR_INVALID);
    expect("((a{200}){200})", "a", ERR_INVALID);
    expect("a{256}", "a", ERR_INVALID); /* POSIX promises 255 */
    expect("(a{0}){255}", "a", 1);
    for (int i = 0; i < 20; i++) {
        strcat(deep, "(");
    }
    expect(deep, "a", ERR_INVALID);
}

/* Expressions that take a program with backtracking exponential time. */
static void time_is_bounded(void **state)
{
    (void)state;
    char text[30000];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    struct regex_match matches[REGEX_GROUPS];
    size_t steps = 100000;
    text[40] = '\0';
    assert_int_equal(regex_search("(a*)*(a*)*(a|a)*b", text, matches, &steps, &arena), 0);
    text[40] = 'a';
    assert_int_equal(regex_search("(a*)*(a*)*(a|a)*b", text, matches, &steps, &arena), ERR_LOOP);
}

static void memory_may_end(void **state)
{
    (void)state;
    struct regex_match matches[REGEX_GROUPS];
    size_t limit = arena.limit;
    for (size_t size = 0; size < 100000; size += 1000) {
        arena.limit = size;
        int result = search("(a|b)*c", "ababc", matches);
        assert_true(result == 1 || result == ERR_NO_MEMORY);
    }
    arena.limit = limit;
}

static int open_arena(void **state)
{
    (void)state;
    testing_arena(&arena, 512 << 10);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    testing_arena_close(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_are_those_of_libc),
        cmocka_unit_test(written_by_hand),
        cmocka_unit_test(groups_are_found),
        cmocka_unit_test(what_is_not_known_or_too_much_is_refused),
        cmocka_unit_test(time_is_bounded),
        cmocka_unit_test(memory_may_end),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
