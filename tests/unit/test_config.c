/* SPDX-License-Identifier: BSD-2-Clause */
/* menu.lst and boot.cfg, of the kinds that are found in the wild, and what is wrong with others. */
#include "menu/config.h"
#include "tests/unit/testing.h"

struct parsed {
    struct capture capture;
    struct arena arena;
    struct config config;
};

static void parse_bytes(struct parsed *parsed, const char *name, const char *text, size_t length)
{
    capture_open(&parsed->capture);
    testing_arena(&parsed->arena, 64 << 20);
    assert_int_equal(
        config_parse(&parsed->config, name, text, length, &parsed->arena, &parsed->capture.log), 0);
}

static void parse(struct parsed *parsed, const char *name, const char *text)
{
    parse_bytes(parsed, name, text, strlen(text));
}

static void expect_command(const struct entry *entry, size_t index, const char *name,
                           const char *arguments)
{
    assert_true(index < entry->body.count);
    assert_string_equal(entry->body.commands[index].name, name);
    assert_string_equal(entry->body.commands[index].arguments, arguments);
}

static void debian_menu_lst(void **state)
{
    (void)state;
    struct parsed parsed;
    parse(&parsed, "(hd0,0)/boot/grub/menu.lst",
          "# menu.lst - See: grub(8), info grub, update-grub(8)\n"
          "default\t\t0\n"
          "timeout\t\t5\n"
          "color cyan/blue white/blue\n"
          "\n"
          "### BEGIN AUTOMAGIC KERNELS LIST\n"
          "## kopt=root=UUID=1-2-3 ro\n"
          "title\t\tDebian GNU/Linux, kernel 3.2.0-4-amd64\n"
          "root\t\t(hd0,0)\n"
          "kernel\t\t/boot/vmlinuz-3.2.0-4-amd64 root=UUID=1-2-3 ro console=hvc0\n"
          "initrd\t\t/boot/initrd.img-3.2.0-4-amd64\n"
          "\n"
          "title\t\tDebian GNU/Linux, kernel 3.2.0-4-amd64 (single-user mode)\n"
          "root\t\t(hd0,0)\n"
          "kernel\t\t/boot/vmlinuz-3.2.0-4-amd64 root=UUID=1-2-3 ro single\n"
          "title Other operating systems:\n"
          "### END DEBIAN AUTOMAGIC KERNELS LIST\n");
    const struct config *config = &parsed.config;
    assert_int_equal(config->grammar, GRAMMAR_MENU_LST);
    assert_int_equal(config->entry_count, 2); /* a heading without commands is no entry */
    assert_int_equal(config->default_entry, 0);
    assert_int_equal(config->timeout, 5);
    assert_string_equal(config->entries[0].title, "Debian GNU/Linux, kernel 3.2.0-4-amd64");
    expect_command(&config->entries[0], 0, "root", "(hd0,0)");
    expect_command(&config->entries[0], 1, "kernel",
                   "/boot/vmlinuz-3.2.0-4-amd64 root=UUID=1-2-3 ro console=hvc0");
    expect_command(&config->entries[0], 2, "initrd", "/boot/initrd.img-3.2.0-4-amd64");
    assert_int_equal(config->entries[0].body.commands[1].line, 10);
    assert_string_equal(config->colors.normal, "\x1B[0;36;44m");
    assert_string_equal(config->colors.highlight, "\x1B[0;1;37;44m");
    assert_string_equal(parsed.capture.lines, "");
    testing_arena_close(&parsed.arena);
}

static void grub_conf_with_fallback(void **state)
{
    (void)state;
    struct parsed parsed;
    parse(&parsed, "(hd0,0)/grub/grub.conf",
          "default=1\r\ntimeout = 0\r\nfallback 0 7 2\r\nhiddenmenu\r\n"
          "title A\r\n\tkernel /a \\\r\n\troot=/dev/xvda1\r\n"
          "title \xC3\x84 und \xC3\x9C\r\n\tkernel /b\r\ntitle C\r\nkernel /c");
    const struct config *config = &parsed.config;
    assert_int_equal(config->default_entry, 1);
    assert_int_equal(config->timeout, 0);
    assert_int_equal(config->fallback_count, 2); /* there is no entry 7 */
    assert_int_equal(config->fallbacks[0], 0);
    assert_int_equal(config->fallbacks[1], 2);
    assert_string_equal(config->entries[1].title, "\xC3\x84 und \xC3\x9C");
    expect_command(&config->entries[0], 0, "kernel", "/a  root=/dev/xvda1");
    expect_command(&config->entries[2], 0, "kernel", "/c");
    testing_arena_close(&parsed.arena);
}

static void default_past_the_end(void **state)
{
    (void)state;
    struct parsed parsed;
    parse(&parsed, "menu.lst", "default 9\nfallback 1\ntitle a\nkernel a\ntitle b\nkernel b\n");
    assert_int_equal(parsed.config.default_entry, 1);
    assert_int_equal(parsed.config.timeout, TIMEOUT_NEVER);
    testing_arena_close(&parsed.arena);
}

static void netbsd_boot_cfg(void **state)
{
    (void)state;
    struct parsed parsed;
    parse(&parsed, "(hd0,0)/boot.cfg",
          "banner=Welcome to NetBSD\n"
          "banner=\n"
          "banner=  indented # not this\n"
          "clear=1\n"
          "menu=Boot normally:rndseed /var/db/entropy-file;boot netbsd\n"
          "menu=Boot single user : rndseed /var/db/entropy-file ; boot netbsd -s\n"
          "menu=:boot onetbsd\n"
          "menu=Drop to boot prompt:prompt\n"
          "default=2\n"
          "timeout=5\n"
          "a line that is nothing\n"
          "unknown=thing\n");
    const struct config *config = &parsed.config;
    assert_int_equal(config->grammar, GRAMMAR_BOOT_CFG);
    assert_int_equal(config->banner_count, 3);
    assert_string_equal(config->banner[1], "");
    assert_int_equal(config->entry_count, 4);
    assert_int_equal(config->default_entry, 1);
    assert_int_equal(config->timeout, 5);
    expect_command(&config->entries[1], 0, "rndseed", "/var/db/entropy-file");
    expect_command(&config->entries[1], 1, "boot", "netbsd -s");
    assert_string_equal(config->entries[1].title, "Boot single user");
    assert_string_equal(config->entries[2].title, "boot onetbsd");
    expect_command(&config->entries[2], 0, "boot", "onetbsd");
    testing_arena_close(&parsed.arena);
}

static void boot_cfg_without_timeout_waits_ten_seconds(void **state)
{
    (void)state;
    struct parsed parsed;
    parse(&parsed, "ramdisk=", "menu=A:boot a\n");
    assert_int_equal(parsed.config.grammar, GRAMMAR_BOOT_CFG); /* by its text */
    assert_int_equal(parsed.config.timeout, 10);
    testing_arena_close(&parsed.arena);
    parse(&parsed, "boot.cfg", "timeout=-1\nmenu=A:boot a\n");
    assert_int_equal(parsed.config.timeout, TIMEOUT_NEVER);
    testing_arena_close(&parsed.arena);
}

static void errors_name_file_line_and_what_was_expected(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text, *logged;
    } cases[] = {
        {"menu.lst", "\ndefault x\ntitle a\nkernel a\n",
         "menu.lst:2: default wants the number of an entry, from 0: \"x\""},
        {"menu.lst", "timeout soon\ntitle a\nkernel a\n",
         "menu.lst:1: timeout wants a number of seconds: \"soon\""},
        {"menu.lst", "timeout 99999999999999999999\ntitle a\nkernel a\n",
         "menu.lst:1: timeout wants"},
        {"menu.lst", "fallback 1 b\ntitle a\nkernel a\n",
         "menu.lst:1: fallback wants numbers of entries, from 0: \"b\""},
        {"boot.cfg", "default=0\nmenu=a:boot a\n",
         "boot.cfg:1: default wants the number of an entry, from 1: \"0\""},
        {"boot.cfg", "menu=no colon\nmenu=a:boot a\n",
         "boot.cfg:1: menu wants \"description:commands\": \"no colon\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct parsed parsed;
        parse(&parsed, cases[i].name, cases[i].text);
        expect_logged(&parsed.capture, cases[i].text, cases[i].logged);
        assert_int_equal(parsed.config.entry_count, 1); /* the rest of the file counts */
        testing_arena_close(&parsed.arena);
    }
}

static void noise_and_long_lines(void **state)
{
    (void)state;
    enum { LENGTH = 1 << 20 };
    static const char likely[] = "title kernel menu=:;#\\\r\n\n\n 01\tdefault=fallback ";
    char *text = malloc(LENGTH);
    unsigned seed = 11;
    for (int round = 0; round < 6; round++) {
        for (size_t i = 0; i < LENGTH; i++) {
            text[i] = round < 2   ? (char)rand_r(&seed)
                      : round < 4 ? likely[(size_t)rand_r(&seed) % (sizeof likely - 1)]
                                  : (round == 4 ? 'a' : ';');
        }
        struct parsed parsed;
        parse_bytes(&parsed, round % 2 == 0 ? "menu.lst" : "boot.cfg", text, LENGTH);
        for (size_t i = 0; i < parsed.config.entry_count; i++) {
            assert_non_null(parsed.config.entries[i].title);
        }
        testing_arena_close(&parsed.arena);
    }
    free(text);
}

static void hundreds_of_entries(void **state)
{
    (void)state;
    enum { COUNT = 700 };
    char *text = calloc(COUNT, 64);
    for (int i = 0; i < COUNT; i++) {
        (void)sprintf(text + strlen(text), "title Entry %d\nkernel /k%d\n", i, i);
    }
    struct parsed parsed;
    parse(&parsed, "menu.lst", text);
    assert_int_equal(parsed.config.entry_count, COUNT);
    assert_string_equal(parsed.config.entries[COUNT - 1].title, "Entry 699");
    expect_command(&parsed.config.entries[COUNT - 1], 0, "kernel", "/k699");
    testing_arena_close(&parsed.arena);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(debian_menu_lst),
        cmocka_unit_test(grub_conf_with_fallback),
        cmocka_unit_test(default_past_the_end),
        cmocka_unit_test(netbsd_boot_cfg),
        cmocka_unit_test(boot_cfg_without_timeout_waits_ten_seconds),
        cmocka_unit_test(errors_name_file_line_and_what_was_expected),
        cmocka_unit_test(noise_and_long_lines),
        cmocka_unit_test(hundreds_of_entries),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
