/* SPDX-License-Identifier: BSD-2-Clause */
/* FreeBSD's loader.conf(5): which lines set what, and for whom. */
#include "menu/freebsd/loader_conf.h"
#include "tests/unit/testing.h"

static struct arena arena;

static struct loader_conf parse(const char *text)
{
    struct loader_conf conf = {0};
    assert_int_equal(loader_conf_parse(&conf, text, strlen(text), &arena), 0);
    return conf;
}

static void expect(const char *text, const char *name, const char *value)
{
    struct loader_conf conf = parse(text);
    const char *found = loader_conf_get(&conf, name);
    if (value == NULL) {
        assert_null(found);
        return;
    }
    assert_non_null(found);
    assert_string_equal(found, value);
}

static void test_lines(void **state)
{
    (void)state;
    expect("a=\"b c\"", "a", "b c");
    expect("  a = \"b\"  # comment\r\n", "a", "b");
    expect("a=b#c", "a", "b");
    expect("a=\"b#c\"", "a", "b#c");
    expect("a=\"\"", "a", "");
    expect("a=", "a", "");
    expect("a=1\na=2\n", "a", "2");
    expect("kern.x-y_z.0=1", "kern.x-y_z.0", "1");
    expect("a=x=y", "a", "x=y");
}

static void test_lines_that_set_nothing(void **state)
{
    (void)state;
    expect("#a=1", "a", NULL);
    expect("# a=1", "a", NULL);
    expect("a=\"open", "a", NULL);
    expect("a b=1", "a b", NULL);
    expect("=1", "", NULL);
    expect("a", "a", NULL);
    expect("", "a", NULL);
}

static bool is_kernels(const char *text)
{
    struct loader_conf conf = parse(text);
    return loader_conf_is_kernels(conf.first);
}

static size_t module_of(const char *text)
{
    struct loader_conf conf = parse(text);
    return loader_conf_module(conf.first);
}

static void test_what_they_are_for(void **state)
{
    (void)state;
    assert_true(is_kernels("kern.hz=100"));
    assert_true(is_kernels("boot_verbose=YES"));
    assert_false(is_kernels("kernel=kernel.old"));
    assert_false(is_kernels("kernel_options=-s"));
    assert_false(is_kernels("loader_logo=none"));
    assert_false(is_kernels("zfs_load=YES"));
    assert_false(is_kernels("splash_bmp_load=NO"));
    assert_int_equal(module_of("zfs_load=YES"), 3);
    assert_int_equal(module_of("zfs_load=NO"), 0);
    assert_int_equal(module_of("_load=YES"), 0);
    assert_int_equal(module_of("zfs_name=YES"), 0);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct arena small;
    struct loader_conf conf = {0};
    testing_arena(&small, PAGE_SIZE);
    char text[4096];
    size_t used = 0;
    for (unsigned i = 0; used < sizeof text - 16; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "a%u=1\n", i);
    }
    assert_int_equal(loader_conf_parse(&conf, text, used, &small), ERR_NO_MEMORY);
    testing_arena_close(&small);
}

int main(void)
{
    testing_arena(&arena, 1 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_lines_that_set_nothing),
        cmocka_unit_test(test_what_they_are_for),
        cmocka_unit_test(test_no_memory),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_arena_close(&arena);
    return failed;
}
