/* SPDX-License-Identifier: BSD-2-Clause */
/* menu.lst and boot.cfg, of the kinds that are found in the wild, and what is wrong with others. */
#include "menu/config.h"
#include "menu/grammar/grammar.h"
#include "tests/unit/testing.h"

struct parsed {
    struct capture capture;
    struct arena arena;
    struct config config;
};

/* Every name is a command's, but these. */
static bool is_known(const char *name)
{
    return strcmp(name, "frobnicate") != 0;
}

static void parse_bytes(struct parsed *parsed, const char *name, const char *text, size_t length)
{
    capture_open(&parsed->capture);
    testing_arena(&parsed->arena, 64 << 20);
    const struct config_text config_text = {.name = name, .bytes = text, .length = length};
    assert_int_equal(
        config_parse(&parsed->config, &config_text, is_known, &parsed->arena, &parsed->capture.log),
        0);
}

static void parse(struct parsed *parsed, const char *name, const char *text)
{
    parse_bytes(parsed, name, text, strlen(text));
}

static const struct entry *entry(const struct config *config, size_t number)
{
    const struct entry *found = entry_find(config->root, number);
    assert_non_null(found);
    return found;
}

static size_t count(const struct command_list *list)
{
    size_t found = 0;
    for (const struct command *command = list->first; command != NULL; command = command->next) {
        found++;
    }
    return found;
}

static const struct command *command_at(const struct config *config, size_t number, size_t index)
{
    const struct command *command = entry(config, number)->body.first;
    while (command != NULL && index-- > 0) {
        command = command->next;
    }
    assert_non_null(command);
    return command;
}

static void expect_command(const struct config *config, size_t number, size_t index,
                           const char *name, const char *arguments)
{
    assert_string_equal(command_at(config, number, index)->name, name);
    assert_string_equal(command_at(config, number, index)->arguments, arguments);
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
    assert_ptr_equal(config->grammar, &menu_lst);
    assert_int_equal(config->entry_count, 2); /* a heading without commands is no entry */
    assert_int_equal(config->default_entry, 0);
    assert_int_equal(config->timeout, 5);
    assert_string_equal(entry(config, 0)->title, "Debian GNU/Linux, kernel 3.2.0-4-amd64");
    expect_command(config, 0, 0, "root", "(hd0,0)");
    expect_command(config, 0, 1, "kernel",
                   "/boot/vmlinuz-3.2.0-4-amd64 root=UUID=1-2-3 ro console=hvc0");
    expect_command(config, 0, 2, "initrd", "/boot/initrd.img-3.2.0-4-amd64");
    assert_int_equal(command_at(config, 0, 1)->line, 10);
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
    assert_string_equal(entry(config, 1)->title, "\xC3\x84 und \xC3\x9C");
    expect_command(config, 0, 0, "kernel", "/a   root=/dev/xvda1");
    expect_command(config, 2, 0, "kernel", "/c");
    testing_arena_close(&parsed.arena);
}

static void default_past_the_end(void **state)
{
    (void)state;
    struct parsed parsed;
    parse(&parsed, "menu.lst", "default 9\nfallback 1\ntitle a\nkernel a\ntitle b\nkernel b\n");
    assert_int_equal(parsed.config.default_entry, 1);
    expect_logged(&parsed.capture, "default",
                  "menu.lst: default: there is no such entry, \"b\" is it");
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
    assert_string_equal(config->grammar->name, "boot.cfg");
    assert_int_equal(config->banner_count, 3);
    assert_string_equal(config->banner[1], "");
    assert_int_equal(config->entry_count, 4);
    assert_int_equal(config->default_entry, 1);
    assert_int_equal(config->timeout, 5);
    expect_command(config, 1, 0, "rndseed", "/var/db/entropy-file");
    expect_command(config, 1, 1, "boot", "netbsd -s");
    assert_string_equal(entry(config, 1)->title, "Boot single user");
    assert_string_equal(entry(config, 2)->title, "boot onetbsd");
    assert_int_equal(count(&config->globals), 1); /* "unknown", but not "clear" */
    expect_command(config, 2, 0, "boot", "onetbsd");
    testing_arena_close(&parsed.arena);
}

static void boot_cfg_without_timeout_waits_ten_seconds(void **state)
{
    (void)state;
    struct parsed parsed;
    parse(&parsed, "ramdisk=", "menu=A:boot a\n");
    assert_ptr_equal(parsed.config.grammar, &boot_cfg); /* by its text */
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
            assert_non_null(entry(&parsed.config, i)->title);
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
    assert_string_equal(entry(&parsed.config, COUNT - 1)->title, "Entry 699");
    expect_command(&parsed.config, COUNT - 1, 0, "kernel", "/k699");
    testing_arena_close(&parsed.arena);
    free(text);
}

static void globals_of_menu_lst(void **state)
{
    (void)state;
    struct parsed parsed;
    parse(&parsed, "menu.lst",
          "hiddenmenu\ndefault saved\npassword --md5 $1$salt$hash /boot/other.lst\n"
          "color red/black\nroot (hd1,0)\npager off\nkernel /x\nsplashimage=/y\ntitle a\n"
          "password plain\nkernel /k\n");
    const struct config *config = &parsed.config;
    assert_true(config->hidden && config->default_saved);
    assert_string_equal(config->password.text, "$1$salt$hash");
    assert_string_equal(config->password.file, "/boot/other.lst");
    assert_string_equal(config->colors.normal, "\x1B[0;31;40m");
    assert_string_equal(config->colors.highlight, "\x1B[0;30;41m"); /* changed round */
    assert_int_equal(count(&config->globals), 1); /* a root or kernel there is passed over */
    assert_string_equal(config->globals.first->name, "pager");
    expect_command(config, 0, 0, "password", "plain");
    testing_arena_close(&parsed.arena);
}

/* GRUB drops what it does not know, and then a title without commands. */
static void titles_without_a_command_are_not_counted(void **state)
{
    (void)state;
    struct parsed parsed;
    parse(&parsed, "menu.lst",
          "default 1\ntitle Other systems:\ntitle Nothing that is known\nfrobnicate now\n"
          "title A\nfrobnicate\nkernel /a\ntitle B\nkernel /b\nfrobnicate\ntitle\n");
    assert_int_equal(parsed.config.entry_count, 2);
    assert_string_equal(entry(&parsed.config, 0)->title, "A");
    expect_command(&parsed.config, 0, 0, "frobnicate", ""); /* is reported when it is booted */
    expect_command(&parsed.config, 1, 0, "kernel", "/b");
    assert_int_equal(parsed.config.default_entry, 1);
    testing_arena_close(&parsed.arena);
}

static void backslash_and_newline_are_a_blank(void **state)
{
    (void)state;
    struct parsed parsed;
    parse(&parsed, "menu.lst",
          "title A\nkernel /a\\\nroot=/dev/xvda1\\\r\nro\n# comment \\\nkernel /not\n"
          "title B\nkernel /b\\x\\");
    assert_int_equal(count(&entry(&parsed.config, 0)->body), 1);
    expect_command(&parsed.config, 0, 0, "kernel", "/a root=/dev/xvda1 ro");
    expect_command(&parsed.config, 1, 0, "kernel", "/b\\x\\");
    testing_arena_close(&parsed.arena);
}

static void a_byte_order_mark_is_passed_over(void **state)
{
    (void)state;
    struct parsed parsed;
    parse(&parsed, "menu.lst",
          "\xEF\xBB\xBF"
          "timeout 7\ntitle A\nkernel /a\n");
    assert_int_equal(parsed.config.timeout, 7);
    testing_arena_close(&parsed.arena);
    parse(&parsed, "ramdisk=",
          "\xEF\xBB\xBF"
          "menu=A:boot /a\n");
    assert_ptr_equal(parsed.config.grammar, &boot_cfg);
    testing_arena_close(&parsed.arena);
}

static void numbers_of_boot_cfg(void **state)
{
    (void)state;
    static const struct {
        const char *lines;
        size_t default_entry;
        int timeout;
    } cases[] = {
        {"default=9\n", 2, 10},
        {"default=2 # the second\ntimeout=5s\n", 1, 5},
        {"default=3rd\ntimeout=0x10\n", 2, 0},
        {"timeout=never\n", 0, TIMEOUT_NEVER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct parsed parsed;
        char text[128];
        (void)snprintf(text, sizeof text, "%smenu=a:boot a\nmenu=b:boot b\nmenu=c:boot c\n",
                       cases[i].lines);
        parse(&parsed, "boot.cfg", text);
        assert_int_equal(parsed.config.default_entry, cases[i].default_entry);
        assert_int_equal(parsed.config.timeout, cases[i].timeout);
        assert_string_equal(parsed.capture.lines, "");
        testing_arena_close(&parsed.arena);
    }
}

static void labels_of_boot_cfg(void **state)
{
    (void)state;
    static const struct {
        const char *format;
        size_t entries;
        enum menu_labels labels;
    } cases[] = {
        {"", 9, LABELS_NUMBERS},
        {"", 10, LABELS_LETTERS},
        {"format=a\n", 3, LABELS_NUMBERS},
        {"format=n\n", 12, LABELS_NUMBERS},
        {"format=d\n", 12, LABELS_NUMBERS},
        {"format=letter\n", 3, LABELS_LETTERS},
        {"format=l\n", 27, LABELS_NUMBERS},
        {"format=L\n", 3, LABELS_LETTERS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct parsed parsed;
        char text[1024];
        int used = snprintf(text, sizeof text, "%s", cases[i].format);
        for (size_t k = 0; k < cases[i].entries; k++) {
            used += snprintf(text + used, sizeof text - (size_t)used, "menu=a:boot a\n");
        }
        parse(&parsed, "boot.cfg", text);
        assert_int_equal(parsed.config.labels, cases[i].labels);
        testing_arena_close(&parsed.arena);
    }
}

static void commands_that_are_typed(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const struct grammar *grammar;
        const char *name, *arguments;
    } cases[] = {
        {"  kernel  /k  a=b ", &menu_lst, "kernel", "/k  a=b"},
        {"timeout=5", &menu_lst, "timeout", "5"},
        {"boot=x", &boot_cfg, "boot=x", ""},
        {"boot netbsd -s", &boot_cfg, "boot", "netbsd -s"},
        {"", &boot_cfg, "", ""},
        {"   ", &menu_lst, "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[64];
        struct command command;
        (void)snprintf(line, sizeof line, "%s", cases[i].line);
        command_parse(&command, line, cases[i].grammar);
        assert_string_equal(command.name, cases[i].name);
        assert_string_equal(command.arguments, cases[i].arguments);
    }
}

/* ---- whatever stands between them, entries come out as they went in ------------------------- */

enum { MANY = 60, TEXT_SIZE = 1 << 16 };

struct written {
    char text[TEXT_SIZE];
    size_t length;
    unsigned seed;
    unsigned commands[MANY]; /* of each entry */
};

static unsigned chance(struct written *written, unsigned n)
{
    return (unsigned)rand_r(&written->seed) % n;
}

__attribute__((format(printf, 2, 3))) static void add(struct written *written, const char *format,
                                                      ...)
{
    va_list arguments;
    va_start(arguments, format);
    written->length += (size_t)vsnprintf(written->text + written->length,
                                         TEXT_SIZE - written->length, format, arguments);
    va_end(arguments);
    assert_true(written->length < TEXT_SIZE);
}

/* What means nothing between two lines, and how a line may end. */
static void add_noise(struct written *written)
{
    static const char *const noise[] = {"", "\n", "# title kernel menu=\n", "  \t \r\n", "\t# x\n"};
    add(written, "%s", noise[chance(written, 5)]);
}

static const char *line_end(struct written *written)
{
    static const char *const ends[] = {"\n", "\r\n", "  \n", "\t\r\n"};
    return ends[chance(written, 4)];
}

static void write_menu_lst(struct written *written)
{
    static const char *const gaps[] = {" ", "\t\t", "=", " = ", "  "};
    for (unsigned i = 0; i < MANY; i++) {
        add_noise(written);
        add(written, "%stitle%sEntry %u%s", chance(written, 2) == 0 ? "" : " \t",
            chance(written, 2) == 0 ? " " : "\t", i, line_end(written));
        written->commands[i] = 1 + chance(written, 4);
        for (unsigned k = 0; k < written->commands[i]; k++) {
            add_noise(written);
            add(written, "%sname%u%svalue %u%s", chance(written, 2) == 0 ? "" : "\t", k,
                gaps[chance(written, 5)], k, line_end(written));
        }
    }
}

static void write_boot_cfg(struct written *written)
{
    for (unsigned i = 0; i < MANY; i++) {
        add_noise(written);
        add(written, "menu=%sEntry %u%s:", chance(written, 2) == 0 ? "" : "  ", i,
            chance(written, 2) == 0 ? "" : " ");
        written->commands[i] = 1 + chance(written, 4);
        for (unsigned k = 0; k < written->commands[i]; k++) {
            add(written, "%sname%u value %u%s", chance(written, 2) == 0 ? "" : "  ", k, k,
                k + 1 < written->commands[i] ? (chance(written, 2) == 0 ? ";" : " ;;") : "");
        }
        add(written, "%s", line_end(written));
    }
}

static void entries_come_out_as_they_went_in(void **state)
{
    (void)state;
    static struct written written;
    for (unsigned seed = 1; seed <= 40; seed++) {
        bool is_boot_cfg = seed % 2 == 0;
        struct parsed parsed;
        written = (struct written){.seed = seed};
        (is_boot_cfg ? write_boot_cfg : write_menu_lst)(&written);
        parse_bytes(&parsed, is_boot_cfg ? "boot.cfg" : "menu.lst", written.text, written.length);
        assert_int_equal(parsed.config.entry_count, MANY);
        for (unsigned i = 0; i < MANY; i++) {
            char expected[32];
            (void)snprintf(expected, sizeof expected, "Entry %u", i);
            assert_string_equal(entry(&parsed.config, i)->title, expected);
            assert_int_equal(count(&entry(&parsed.config, i)->body), written.commands[i]);
            for (unsigned k = 0; k < written.commands[i]; k++) {
                char name[32];
                (void)snprintf(name, sizeof name, "name%u", k);
                (void)snprintf(expected, sizeof expected, "value %u", k);
                expect_command(&parsed.config, i, k, name, expected);
            }
        }
        testing_arena_close(&parsed.arena);
    }
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
        cmocka_unit_test(globals_of_menu_lst),
        cmocka_unit_test(titles_without_a_command_are_not_counted),
        cmocka_unit_test(backslash_and_newline_are_a_blank),
        cmocka_unit_test(a_byte_order_mark_is_passed_over),
        cmocka_unit_test(numbers_of_boot_cfg),
        cmocka_unit_test(labels_of_boot_cfg),
        cmocka_unit_test(commands_that_are_typed),
        cmocka_unit_test(entries_come_out_as_they_went_in),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
