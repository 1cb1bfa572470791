/* SPDX-License-Identifier: BSD-2-Clause */
/* The Boot Loader Specification's files, and the order of versions. */
#include "menu/bls/bls.h"
#include "menu/bls/version.h"
#include "tests/unit/testing.h"

static struct arena arena;
static struct capture capture;

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

static void versions_have_rpms_order(void **state)
{
    (void)state;
    static const struct {
        const char *left;
        int order;
        const char *right;
    } cases[] = {
        {"1.0", 0, "1.0"},
        {"1.0", -1, "2.0"},
        {"2.0.1", 1, "2.0"},
        {"2.0.1a", 1, "2.0.1"},
        {"5.5p1", -1, "5.5p2"},
        {"5.5p10", 1, "5.5p1"},
        {"10xyz", -1, "10.1xyz"},
        {"xyz10", -1, "xyz10.1"},
        {"xyz.4", -1, "8"},
        {"5.5p2", -1, "5.6p1"},
        {"6.0.rc1", 1, "6.0"},
        {"10b2", 1, "10a1"},
        {"1.0aa", 1, "1.0a"},
        {"10.0001", 0, "10.1"},
        {"10.0001", -1, "10.0039"},
        {"4.999.9", -1, "5.0"},
        {"2.0", 0, "2_0"},
        {"a+", 0, "a_"},
        {"+a", 0, "_a"},
        {"1.0~rc1", -1, "1.0"},
        {"1.0~rc1", -1, "1.0~rc2"},
        {"1.0~rc1~git1", -1, "1.0~rc1"},
        {"1.0^", 1, "1.0"},
        {"1.0^git1", 1, "1.0"},
        {"1.0^git1", -1, "1.01"},
        {"1.0^2016", -1, "1.0.1"},
        {"1.0^2016^git1", 1, "1.0^2016"},
        {"1.0~rc1^git1", 1, "1.0~rc1"},
        {"1.0^git1~pre", -1, "1.0^git1"},
        {"", 0, ""},
        {"", -1, "a"},
        {"5.10.0-9", -1, "5.10.0-28"},
        {"6.8.5-301.fc40", 1, "6.8.5-300.fc40"},
        {"1a.fc4", -1, "1.fc4"},
        {"99999999999999999999999", -1, "100000000000000000000000"},
        {"1.", 0, "1"},
        {".", 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (sign(version_compare(cases[i].left, cases[i].right)) != cases[i].order ||
            sign(version_compare(cases[i].right, cases[i].left)) != -cases[i].order) {
            fail_msg("%s %s", cases[i].left, cases[i].right);
        }
    }
}

static void packages_compare_by_name_version_and_release(void **state)
{
    (void)state;
    static const char *const rising[] = {"0123-5.14.0-70.el9.x86_64",
                                         "0123-5.14.0-162.el9.x86_64",
                                         "0123-5.14.0.1-70.el9.x86_64",
                                         "0123-5.14.1-1.el9.x86_64",
                                         "4123-0-rescue",
                                         "4123-5.1-1"};
    for (size_t i = 0; i + 1 < sizeof rising / sizeof rising[0]; i++) {
        assert_true(version_compare_packages(rising[i], rising[i + 1]) < 0);
        assert_true(version_compare_packages(rising[i + 1], rising[i]) > 0);
    }
    assert_int_equal(version_compare_packages("a", "a"), 0);
    assert_true(version_compare_packages("a", "b") < 0);
}

static void parse(struct bls_entry *entry, const char *path, const char *text)
{
    assert_int_equal(bls_parse_entry(entry, path, text, strlen(text), &arena), 0);
}

static void an_entry_has_its_keys(void **state)
{
    (void)state;
    struct bls_entry entry;
    parse(&entry, "/boot/loader/entries/0123-6.8.5.conf",
          "# comment\n\ntitle\tFedora Linux (6.8.5) 40 \r\nversion 6.8.5-301.fc40.x86_64\n"
          "linux /vmlinuz-6.8.5\ninitrd /initramfs-6.8.5.img $tuned_initrd\n  initrd /second.img\n"
          "options root=UUID=1-2 ro\noptions  $tuned_params quiet\ngrub_users $grub_users\n"
          "grub_arg --unrestricted\ngrub_class fedora\nmachine-id 0123\nsort-key fedora\n"
          "architecture x64\nstrange thing\nversion");
    assert_string_equal(entry.id, "0123-6.8.5");
    assert_int_equal(entry.tries_left, BLS_NO_COUNT);
    assert_string_equal(entry.title, "Fedora Linux (6.8.5) 40");
    assert_string_equal(entry.version, "");
    assert_string_equal(entry.linux_path, "/vmlinuz-6.8.5");
    assert_int_equal(entry.initrds.count, 2);
    assert_string_equal(entry.initrds.values[0], "/initramfs-6.8.5.img $tuned_initrd");
    assert_string_equal(entry.initrds.values[1], "/second.img");
    assert_int_equal(entry.options.count, 2);
    assert_string_equal(entry.options.values[1], "$tuned_params quiet");
    assert_string_equal(entry.grub_users, "$grub_users");
    assert_string_equal(entry.grub_arg, "--unrestricted");
    assert_string_equal(entry.machine_id, "0123");
    assert_string_equal(entry.sort_key, "fedora");
    assert_null(entry.other);
    parse(&entry, "windows.conf", "title Windows\nefi /EFI/Microsoft/Boot/bootmgfw.efi");
    assert_string_equal(entry.other, "efi");
    assert_null(entry.linux_path);
    parse(&entry, ".conf", "");
    assert_string_equal(entry.id, ".conf");
}

static void names_count_tries(void **state)
{
    (void)state;
    static const struct {
        const char *name, *id;
        unsigned left;
    } cases[] = {{"a+3.conf", "a", 3},
                 {"a+0-5.conf", "a", 0},
                 {"a+3-.conf", "a+3-", BLS_NO_COUNT},
                 {"a+b.conf", "a+b", BLS_NO_COUNT},
                 {"a+.conf", "a+", BLS_NO_COUNT},
                 {"a+99999.conf", "a+99999", BLS_NO_COUNT},
                 {"6.1+deb+2-1.conf", "6.1+deb", 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bls_entry entry;
        parse(&entry, cases[i].name, "");
        assert_string_equal(entry.id, cases[i].id);
        assert_int_equal(entry.tries_left, cases[i].left);
    }
}

static void expect_first(int (*compare)(const struct bls_entry *, const struct bls_entry *),
                         const char *name, const char *text, const char *other_name,
                         const char *other_text)
{
    struct bls_entry first, second;
    parse(&first, name, text);
    parse(&second, other_name, other_text);
    if (compare(&first, &second) >= 0 || compare(&second, &first) <= 0) {
        fail_msg("%s is not before %s", name, other_name);
    }
}

static void newest_come_first(void **state)
{
    (void)state;
    expect_first(bls_compare, "a-10.conf", "", "a-9.conf", "");
    expect_first(bls_compare, "a.conf", "sort-key b\nversion 1", "z.conf", "");
    expect_first(bls_compare, "a.conf", "sort-key a\nversion 1", "z.conf", "sort-key b\nversion 9");
    expect_first(bls_compare, "a.conf", "sort-key a\nversion 10", "z.conf",
                 "sort-key a\nversion 9");
    expect_first(bls_compare, "a.conf", "sort-key a\nmachine-id 1\nversion 1", "z.conf",
                 "sort-key a\nmachine-id 2\nversion 9");
    expect_first(bls_compare, "a-1.conf", "", "a-9+0-3.conf", "");
    expect_first(bls_compare_by_id, "m-5.14.0-162.conf", "", "m-5.14.0-70.conf", "sort-key a");
}

static void loader_conf_has_default_and_timeout(void **state)
{
    (void)state;
    struct bls_loader loader;
    static const char text[] = "# x\ntimeout 3\nconsole-mode keep\ndefault  debian-*.conf\n";
    assert_int_equal(
        bls_parse_loader(&loader, "loader.conf", text, strlen(text), &arena, &capture.log), 0);
    assert_int_equal(loader.timeout, 3);
    assert_string_equal(loader.default_id, "debian-*.conf");
    static const struct {
        const char *text;
        int timeout;
    } cases[] = {{"timeout menu-force", BLS_TIMEOUT_NEVER},
                 {"timeout menu-hidden", 0},
                 {"", BLS_TIMEOUT_NONE},
                 {"timeout -3", BLS_TIMEOUT_NONE}};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(bls_parse_loader(&loader, "loader.conf", cases[i].text,
                                          strlen(cases[i].text), &arena, &capture.log),
                         0);
        assert_int_equal(loader.timeout, cases[i].timeout);
        assert_null(loader.default_id);
    }
    expect_logged(&capture, "timeout", "loader.conf:1: timeout wants a number of seconds: \"-3\"");
}

static void patterns_name_entries(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *id;
        bool matches;
    } cases[] = {{"a", "a", true},        {"a", "ab", false},       {"a*", "ab", true},
                 {"a.conf", "a", true},   {"a*.conf", "abc", true}, {"*b*c", "abxbc", true},
                 {"*b*c", "abxb", false}, {"a?c", "abc", true},     {"a?c", "ac", false},
                 {"", "", true},          {"*", "", true},          {"a.conf", "a.conf", true},
                 {"**a**", "bab", true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(bls_matches(cases[i].pattern, cases[i].id), cases[i].matches);
    }
}

static void memory_may_end(void **state)
{
    (void)state;
    static const char text[] = "title a\nlinux /b\ninitrd c\noptions d";
    struct arena small;
    for (size_t size = 0; size < 1000; size += 8) {
        struct bls_entry entry;
        testing_arena(&small, PAGE_SIZE);
        small.limit = small.ready = size;
        int error = bls_parse_entry(&entry, "a.conf", text, sizeof text - 1, &small);
        assert_true(error == 0 || error == ERR_NO_MEMORY);
        testing_arena_close(&small);
    }
}

static int open_arena(void **state)
{
    (void)state;
    testing_arena(&arena, 1 << 20);
    capture_open(&capture);
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
        cmocka_unit_test(versions_have_rpms_order),
        cmocka_unit_test(packages_compare_by_name_version_and_release),
        cmocka_unit_test(an_entry_has_its_keys),
        cmocka_unit_test(names_count_tries),
        cmocka_unit_test(newest_come_first),
        cmocka_unit_test(loader_conf_has_default_and_timeout),
        cmocka_unit_test(patterns_name_entries),
        cmocka_unit_test(memory_may_end),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
