/* SPDX-License-Identifier: BSD-2-Clause */
/* Options, names of devices, and commands: everything before a file is read. */
#include "boot/commands/commands.h"
#include "boot/devices.h"
#include "boot/host_words.h"
#include "boot/messages.h"
#include "boot/netbsd.h"
#include "boot/options.h"
#include "boot/search.h"
#include "boot/starter.h"
#include "lib/bytes.h"
#include "menu/config.h"
#include "pvops/machine.h"
#include "tests/unit/fake_disk.h"

enum { DISK_SIZE = 1 << 20 };

static uint8_t bytes[DISK_SIZE];

struct fixture {
    struct capture capture;
    struct arena arena;
    struct fake_disk first, second;
    struct disk *disks[2];
    struct devices devices;
    struct machine machine;
    struct settings settings;
};

/* hd0 (xvda) without a table, hd1 (xvdb) with two partitions. */
static void open_fixture(struct fixture *fixture)
{
    static uint8_t blank[DISK_SIZE];
    *fixture = (struct fixture){.machine.command_line = ""};
    capture_open(&fixture->capture);
    testing_arena(&fixture->arena, 4 << 20);
    for (unsigned i = 0; i < 2; i++) {
        uint8_t *entry = bytes + 446 + 16 * i;
        entry[4] = 0x83;
        put_le32(entry + 8, 100 + 500 * i);
        put_le32(entry + 12, 400);
    }
    put_le16(bytes + 510, 0xAA55);
    fake_open(&fixture->first, blank, DISK_SIZE, 512);
    fake_open(&fixture->second, bytes, DISK_SIZE, 512);
    strcpy(fixture->first.disk.device, "xvda");
    strcpy(fixture->second.disk.device, "xvdb");
    strcpy(fixture->second.disk.name, "hd1");
    fixture->second.disk.number = 1;
    fixture->disks[0] = &fixture->first.disk;
    fixture->disks[1] = &fixture->second.disk;
    assert_int_equal(
        devices_open(&fixture->devices, fixture->disks, 2, &fixture->arena, &fixture->capture.log),
        0);
}

static void words_of_extra(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *words[4];
    } cases[] = {
        {"", {NULL}},
        {" \t ", {NULL}},
        {"a  b\tc ", {"a", "b", "c"}},
        {"x=\"one  two\" y", {"x=one  two", "y"}},
        {"'it is \"so\"\\' z", {"it is \"so\"\\", "z"}},
        {"a\\ b \"c\\\"d\"", {"a b", "c\"d"}},
        {"\"\" 'no end  ", {"", "no end  "}},
        {"back\\", {"back\\"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena;
        struct host_words words;
        testing_arena(&arena, PAGE_SIZE);
        assert_int_equal(host_words_open(&words, cases[i].text, &arena), 0);
        for (size_t j = 0; cases[i].words[j] != NULL; j++) {
            assert_string_equal(host_words_next(&words), cases[i].words[j]);
        }
        assert_null(host_words_next(&words));
        testing_arena_close(&arena);
    }
}

static void menus_that_the_host_wants(void **state)
{
    (void)state;
    struct capture capture;
    struct arena arena;
    struct options options;
    capture_open(&capture);
    testing_arena(&arena, PAGE_SIZE);
    assert_int_equal(options_parse(&options, "pvboot.menu=grub.cfg pvboot.append='a  b' c", &arena,
                                   &capture.log),
                     0);
    assert_string_equal(options.menu, "grub.cfg");
    assert_string_equal(options.append, "a  b");
    assert_int_equal(options_parse(&options, "pvboot.menu=lilo", &arena, &capture.log), 0);
    assert_null(options.menu);
    expect_logged(&capture, "lilo", "pvboot.menu=lilo: there is no such kind of menu");
    testing_arena_close(&arena);
}

static void options_of_extra(void **state)
{
    (void)state;
    static const struct {
        const char *text, *config;
        int entry, timeout; /* -2: not given */
        const char *logged;
    } cases[] = {
        {"", NULL, -2, -2, ""},
        {"(hd0,0)/boot/grub/menu.lst", "(hd0,0)/boot/grub/menu.lst", -2, -2, ""},
        {"  pvboot.entry=3 \t pvboot.timeout=0 ", NULL, 3, 0, ""},
        {"pvboot.config=/boot.cfg pvboot.timeout=-1", "/boot.cfg", -2, -1, ""},
        {"hd0a:/boot.cfg pvboot.trace=1", "hd0a:/boot.cfg", -2, -2, ""},
        {"pvboot.stage=2 pvboot.entry=1", NULL, 1, -2, ""},
        {"pvboot.patience=600", NULL, -2, -2, ""},
        {"pvboot.patience=soon", NULL, -2, -2, "\"pvboot.patience=soon\" wants a number"},
        {"pvboot.entry=x", NULL, -2, -2, "\"pvboot.entry=x\" wants a number"},
        {"pvboot.entry=99999999999", NULL, -2, -2, "wants a number"},
        {"pvboot.entri=1", NULL, -2, -2, "\"pvboot.entri=1\" means nothing to pvboot"},
        {"root=/dev/mapper/dmroot ro nomodeset console=hvc0 ip=10.0.0.2::10.0.0.1:off "
         "pvboot.entry=1",
         NULL, 1, -2, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct capture capture;
        struct arena arena;
        struct options options;
        capture_open(&capture);
        testing_arena(&arena, PAGE_SIZE);
        assert_int_equal(options_parse(&options, cases[i].text, &arena, &capture.log), 0);
        assert_true((options.config == NULL) == (cases[i].config == NULL));
        if (cases[i].config != NULL) {
            assert_string_equal(options.config, cases[i].config);
        }
        assert_int_equal(options.has_entry ? options.entry : -2, cases[i].entry);
        assert_int_equal(options.has_timeout ? options.timeout : -2, cases[i].timeout);
        if (cases[i].logged[0] == '\0') {
            assert_string_equal(capture.lines, "");
        }
        expect_logged(&capture, cases[i].text, cases[i].logged);
        testing_arena_close(&arena);
    }
}

#define BYTES(literal) literal, sizeof(literal) - 1

/* What a host may give as ramdisk=. */
static void texts_of_ramdisk(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        bool is_config;
    } cases[] = {
        {BYTES("timeout 5\ntitle \xC3\x84\r\n\tkernel /k\n"), true},
        {BYTES("title a\nkernel /k\n\0\0\0\0"), true}, /* filled up */
        {BYTES("set timeout=5\n\tmenuentry a {\n\tlinux /k\n}\n"), true},
        {BYTES("DEFAULT a\nLABEL a\nKERNEL /k\n"), true},
        {NULL, 0, false},
        {BYTES(""), false},
        {BYTES("\0\0\0"), false},
        {BYTES("\x1F\x8B\b\0\0\0\0\0\0\3\3\0\0\0\0\0\0\0\0"), false}, /* nothing, by gzip */
        {BYTES("070701000002D1000041ED0000\0\0TRAILER!!!"), false},   /* cpio */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture fixture;
        struct config config;
        struct place *home;
        const struct options options = {0};
        open_fixture(&fixture);
        fixture.machine.ramdisk = cases[i].bytes;
        fixture.machine.ramdisk_size = cases[i].size;
        assert_int_equal(search_is_given(&fixture.machine, &options), cases[i].is_config);
        const struct search search = {.machine = &fixture.machine,
                                      .options = &options,
                                      .devices = &fixture.devices,
                                      .settings = &fixture.settings,
                                      .arena = &fixture.arena,
                                      .log = &fixture.capture.log};
        assert_int_equal(search_config(&search, &config, &home),
                         cases[i].is_config ? 0 : ERR_NOT_FOUND);
        if (cases[i].is_config) {
            assert_int_equal(config.entry_count, 1);
        } else if (cases[i].bytes != NULL) {
            expect_logged(&fixture.capture, "no text",
                          "ramdisk=: it holds no text, so it is no menu");
        }
        testing_arena_close(&fixture.arena);
    }
}

static void patience_of_extra(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int patience;
    } cases[] = {{"", 120},
                 {"pvboot.patience=600", 600},
                 {"pvboot.patience=-1", -1},
                 {"pvboot.patience=0", 120}}; /* nothing could be read */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct capture capture;
        struct arena arena;
        struct options options;
        capture_open(&capture);
        testing_arena(&arena, PAGE_SIZE);
        assert_int_equal(options_parse(&options, cases[i].text, &arena, &capture.log), 0);
        assert_int_equal(options.patience, cases[i].patience);
        testing_arena_close(&arena);
    }
}

static void names_of_devices(void **state)
{
    (void)state;
    static const struct {
        const char *name, *found; /* NULL: there is none */
    } cases[] = {
        {"(hd0)", "(hd0)"},
        {"(hd1)", "(hd1)"},
        {"(hd1,0)", "(hd1,0)"},
        {"(hd1,1)", "(hd1,1)"},
        {"(hd1,msdos2)", "(hd1,1)"},
        {"(xvdb,1)", "(hd1,1)"},
        {"(xen/xvda)", "(hd0)"},
        {"(hd1,2)", NULL},
        {"(hd2)", NULL},
        {"(hd0,0)", NULL},
        {"(hd1,)", NULL},
        {"(hd1,x)", NULL},
        {"(hd1,msdos0)", NULL},
        {"()", NULL},
        {"(", NULL},
        {"hd0", NULL},
        {"(hd1,99999999999999)", NULL},
    };
    struct fixture fixture;
    open_fixture(&fixture);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct place *place =
            devices_find(&fixture.devices, cases[i].name, strlen(cases[i].name));
        if ((place == NULL) != (cases[i].found == NULL)) {
            fail_msg("%s: %s", cases[i].name,
                     place == NULL ? "not found" : place->partition->slice.source.name);
        }
        if (place != NULL) {
            assert_string_equal(place->partition->slice.source.name, cases[i].found);
        }
    }
    expect_logged(&fixture.capture, "a missing one", "(hd2): there is no such disk or partition");
    testing_arena_close(&fixture.arena);
}

static void files_on_what_cannot_be_read(void **state)
{
    (void)state;
    struct fixture fixture;
    struct file file;
    struct node node;
    open_fixture(&fixture);
    assert_int_equal(devices_open_file(&fixture.devices, NULL, "(hd1,0)/x", false, &file, &node),
                     ERR_NOT_FOUND);
    expect_logged(&fixture.capture, "no file system", "(hd1,0): no file system that is known");
    assert_int_equal(devices_open_file(&fixture.devices, NULL, "/x", false, &file, &node),
                     ERR_NOT_FOUND);
    expect_logged(&fixture.capture, "no disk", "/x: there is no disk with a file system");
    assert_int_equal(devices_open_file(&fixture.devices, NULL, "(hd1,0", false, &file, &node),
                     ERR_NOT_FOUND);
    expect_logged(&fixture.capture, "no end", "the name of a device ends with \")\"");
    testing_arena_close(&fixture.arena);
}

/* Starts every kernel but those whose names begin with "/no". */
static int start(struct starter *starter, const struct plan *plan)
{
    (void)starter;
    return strncmp(plan->kernel, "/no", 3) == 0 ? ERR_NOT_FOUND : 0;
}

/* Runs the commands of a config's first entry. */
static int run(struct fixture *fixture, struct context *context, const char *name, const char *text)
{
    static struct config config;
    static struct starter starter = {.start = start};
    const struct config_text config_text = {.name = name, .bytes = text, .length = strlen(text)};
    assert_int_equal(
        config_parse(&config, &config_text, command_exists, &fixture->arena, &fixture->capture.log),
        0);
    *context = (struct context){.machine = &fixture->machine,
                                .devices = &fixture->devices,
                                .arena = &fixture->arena,
                                .log = &fixture->capture.log,
                                .starter = &starter,
                                .settings = &fixture->settings,
                                .config = &config,
                                .entry = entry_find(config.root, 0)};
    return commands_run_entry(context);
}

static void commands_of_menu_lst(void **state)
{
    (void)state;
    struct fixture fixture;
    struct context context;
    open_fixture(&fixture);
    assert_int_equal(
        run(&fixture, &context, "menu.lst",
            "color blue/red\ntitle a\nroot (hd1,1)\nkernel --type=linux --no-mem-option /vmlinuz  "
            "ro  quiet\n"
            "initrd /one (hd0)/two\nfrobnicate now\nquiet\nboot\nkernel /never\n"),
        COMMAND_STARTED);
    assert_string_equal(context.plan.kernel, "/vmlinuz");
    assert_string_equal(context.plan.arguments, "ro  quiet");
    assert_string_equal(context.plan.kernel_root->partition->slice.source.name, "(hd1,1)");
    assert_int_equal(context.plan.initrd_count, 2);
    assert_string_equal(context.plan.initrds[1], "(hd0)/two");
    expect_logged(&fixture.capture, "unknown",
                  "menu.lst:6: \"frobnicate\" is not known, and passed over");
    testing_arena_close(&fixture.arena);
}

static void commands_of_boot_cfg(void **state)
{
    (void)state;
    struct fixture fixture;
    struct context context;
    open_fixture(&fixture);
    assert_int_equal(run(&fixture, &context, "boot.cfg",
                         "menu=a:rndseed /var/db/entropy-file;load /initrd;boot /netbsd -s "
                         "root=xbd0a;boot /never\n"),
                     COMMAND_STARTED);
    assert_string_equal(context.plan.kernel, "/netbsd");
    assert_string_equal(context.plan.arguments, "-s root=xbd0a");
    assert_string_equal(context.plan.initrds[0], "/initrd");
    assert_string_equal(fixture.capture.lines,
                        "boot.cfg:1: \"rndseed\" means nothing under Xen, and is passed over\n");
    testing_arena_close(&fixture.arena);
}

static void boot_cfg_goes_on_after_what_fails(void **state)
{
    (void)state;
    static const struct {
        const char *commands;
        int result;
        const char *kernel; /* that was started; NULL: none */
    } cases[] = {
        {"boot /nothere;boot /netbsd -s;boot /never", COMMAND_STARTED, "/netbsd"},
        {"dev hd7a:;load;boot /netbsd", COMMAND_STARTED, "/netbsd"},
        {"boot /nothere;prompt", COMMAND_PROMPT, NULL},
        {"boot /nothere;quiet", ERR_NOT_FOUND, NULL},
        {"quiet", 0, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture fixture;
        struct context context;
        char text[128];
        open_fixture(&fixture);
        (void)snprintf(text, sizeof text, "root=hd7a:\nmenu=a:%s\n", cases[i].commands);
        assert_int_equal(run(&fixture, &context, "boot.cfg", text), cases[i].result);
        if (cases[i].kernel == NULL) {
            assert_null(context.plan.kernel);
        } else {
            assert_string_equal(context.plan.kernel, cases[i].kernel);
        }
        testing_arena_close(&fixture.arena);
    }
}

/* What comes later counts: modules, or an initrd. */
static void modules_of_menu_lst(void **state)
{
    (void)state;
    struct fixture fixture;
    struct context context;
    open_fixture(&fixture);
    assert_int_equal(run(&fixture, &context, "menu.lst",
                         "title a\nkernel /xen\ninitrd /gone\nmodule /one a  b\nroot (hd1,1)\n"
                         "modulenounzip /two.gz\n"),
                     COMMAND_STARTED);
    const struct plan *plan = &context.plan;
    assert_int_equal(plan->initrd_count, 0);
    assert_int_equal(plan->module_count, 2);
    assert_string_equal(plan->modules[0].path, "/one");
    assert_string_equal(plan->modules[0].arguments, "a  b");
    assert_null(plan->modules[0].root);
    assert_string_equal(plan->modules[1].root->partition->slice.source.name, "(hd1,1)");
    assert_true(plan->modules[1].as_it_is && !plan->modules[0].as_it_is);
    assert_int_equal(
        run(&fixture, &context, "menu.lst", "title a\nkernel /k\nmodule /m\ninitrd /i\n"),
        COMMAND_STARTED);
    assert_int_equal(plan->module_count, 0);
    assert_int_equal(plan->initrd_count, 1);
    testing_arena_close(&fixture.arena);
}

static void commands_that_fail(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int error;
        const char *logged;
    } cases[] = {
        {"title a\nroot (hd7,0)\nkernel /k\n", ERR_NOT_FOUND,
         "(hd7,0): there is no such disk or partition"},
        {"title a\nkernel /nothere\nboot\nkernel /there\n", ERR_NOT_FOUND, ""},
        {"title a\nkernel\n", ERR_INVALID, "menu.lst:2: kernel: which file?"},
        {"title a\nkernel --type=x\n", ERR_INVALID, "menu.lst:2: kernel: which file?"},
        {"title a\nmodule\n", ERR_INVALID, "menu.lst:2: module: which file?"},
        {"title a\nboot\n", ERR_INVALID, "menu.lst:2: boot: no kernel has been named"},
        {"title a\ninitrd 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n", ERR_TOO_LARGE,
         "menu.lst:2: initrd: more than 16 files"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture fixture;
        struct context context;
        open_fixture(&fixture);
        assert_int_equal(run(&fixture, &context, "menu.lst", cases[i].text), cases[i].error);
        expect_logged(&fixture.capture, cases[i].text, cases[i].logged);
        testing_arena_close(&fixture.arena);
    }
}

static void netbsd_hears_where_it_comes_from(void **state)
{
    (void)state;
    static const struct {
        const char *place, *root_device, *arguments, *line;
    } cases[] = {
        {"(hd0)", NULL, "", "bootdev=xbd0a"},
        {"(hd0)", NULL, " -s  -v ", "bootdev=xbd0a -s -v"},
        {"(hd1,0)", NULL, "-s", "bootdev=xbd1e -s"},
        {"(hd1,1)", NULL, "", "bootdev=xbd1f"},
        {"(hd1,1)", "wedge:ROOT", "", "bootdev=wedge:ROOT"},
        {"(hd1,1)", "xbd3a", "root=xbd2a -s", "root=xbd2a -s"},
        {"(hd0)", NULL, "bootdev=xbd7", "bootdev=xbd7"},
        {"(hd0)", NULL, "nobootdev=x", "bootdev=xbd0a nobootdev=x"},
    };
    struct fixture fixture;
    open_fixture(&fixture);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct plan plan = {
            .arguments = cases[i].arguments,
            .root_device = cases[i].root_device,
            .kernel_root = devices_find(&fixture.devices, cases[i].place, strlen(cases[i].place))};
        assert_string_equal(
            netbsd_command_line(&plan, &fixture.devices, &fixture.arena, &fixture.capture.log),
            cases[i].line);
    }
    assert_true(netbsd_is("NetBSD") && netbsd_is("netbsd"));
    assert_false(netbsd_is("linux") || netbsd_is(""));
    testing_arena_close(&fixture.arena);
}

static void the_table_of_commands(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_type_count; i++) {
        const struct command_type *type = &command_types[i];
        assert_ptr_equal(command_find(type->name), type);
        if (i > 0 && strcmp(command_types[i - 1].name, type->name) >= 0) {
            fail_msg("%s is not in its place", type->name);
        }
        if (type->run != NULL && (strncmp(type->help, type->name, strlen(type->name)) != 0 ||
                                  strlen(type->help) >= 80)) {
            fail_msg("the help of %s", type->name);
        }
    }
    assert_null(command_find("xyzzy"));
}

static void messages_keep_the_newest(void **state)
{
    (void)state;
    struct capture capture;
    struct messages messages;
    capture_open(&capture);
    messages_open(&messages, &capture.log);
    for (int i = 0; i < 12; i++) {
        log_line(&messages.log, "line %d", i);
    }
    assert_int_equal(messages.count, MESSAGE_LIMIT);
    assert_string_equal(messages.lines[0], "line 4");
    assert_string_equal(messages.lines[MESSAGE_LIMIT - 1], "line 11");
    expect_logged(&capture, "passed on", "line 0\n");
    messages_clear(&messages);
    log_line(&messages.log, "the same");
    log_line(&messages.log, "the same");
    assert_int_equal(messages.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_extra),
        cmocka_unit_test(menus_that_the_host_wants),
        cmocka_unit_test(options_of_extra),
        cmocka_unit_test(texts_of_ramdisk),
        cmocka_unit_test(patience_of_extra),
        cmocka_unit_test(names_of_devices),
        cmocka_unit_test(files_on_what_cannot_be_read),
        cmocka_unit_test(commands_of_menu_lst),
        cmocka_unit_test(commands_of_boot_cfg),
        cmocka_unit_test(boot_cfg_goes_on_after_what_fails),
        cmocka_unit_test(modules_of_menu_lst),
        cmocka_unit_test(commands_that_fail),
        cmocka_unit_test(netbsd_hears_where_it_comes_from),
        cmocka_unit_test(the_table_of_commands),
        cmocka_unit_test(messages_keep_the_newest),
    };
    return cmocka_run_group_tests_name("boot", tests, NULL, NULL);
}
