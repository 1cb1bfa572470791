/* SPDX-License-Identifier: BSD-2-Clause */
/* The menu key by key, judged by what a terminal shows. */
#include "menu/view/keys.h"
#include "menu/view/menu.h"
#include "menu/view/screen.h"
#include "tests/unit/terminal.h"

enum { COLUMNS = 80, ROWS = 24 };

struct shown {
    struct arena arena;
    struct config config;
    struct entry root, entries[40];
    char titles[40][24];
    struct menu menu;
    struct screen screen;
    struct terminal terminal;
};

static void show(struct shown *shown)
{
    menu_draw(&shown->menu, &shown->screen);
}

static void open_shown(struct shown *shown, size_t count, int timeout, enum menu_labels labels)
{
    memset(shown, 0, sizeof *shown);
    testing_arena(&shown->arena, 1 << 20);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(shown->titles[i], sizeof shown->titles[i], "Entry number %zu", i);
        shown->entries[i].title = shown->titles[i];
        entry_add(&shown->root, &shown->entries[i]);
    }
    shown->config = (struct config){.name = "(hd0)/boot/grub/menu.lst",
                                    .labels = labels,
                                    .root = &shown->root,
                                    .entry_count = entry_number_all(&shown->root)};
    terminal_open(&shown->terminal, COLUMNS, ROWS);
    assert_int_equal(
        screen_create(&shown->screen, COLUMNS, ROWS, &shown->arena, &shown->terminal.output), 0);
    assert_int_equal(menu_create(&shown->menu, &shown->arena), 0);
    menu_open(&shown->menu, &shown->config, 0, timeout);
    screen_reset(&shown->screen);
    show(shown);
}

static int row_of(const struct shown *shown, const char *text)
{
    return terminal_row_of(&shown->terminal, text);
}

static void expect_selected(const struct shown *shown, const char *title)
{
    int row = row_of(shown, title);
    assert_true(row >= 0);
    if (shown->terminal.cells[row][1] != '>' || shown->terminal.reverse[row][5] != 'r') {
        fail_msg("\"%s\" is not the selected entry", title);
    }
}

static void keys_move_the_selection(void **state)
{
    (void)state;
    struct shown shown;
    open_shown(&shown, 3, 5, LABELS_NONE);
    static const struct {
        int key;
        const char *selected;
    } steps[] = {
        {KEY_DOWN, "Entry number 1"},    {KEY_DOWN, "Entry number 2"},
        {KEY_DOWN, "Entry number 2"},    {KEY_UP, "Entry number 1"},
        {'P' - '@', "Entry number 0"},   {KEY_UP, "Entry number 0"},
        {KEY_END, "Entry number 2"},     {KEY_HOME, "Entry number 0"},
        {'N' - '@', "Entry number 1"},   {'3', "Entry number 2"},
        {KEY_PAGE_UP, "Entry number 0"}, {KEY_PAGE_DOWN, "Entry number 2"},
        {'9', "Entry number 2"},         {'0', "Entry number 2"},
        {KEY_UNKNOWN, "Entry number 2"},
    };
    expect_selected(&shown, "Entry number 0");
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        assert_int_equal(menu_key(&shown.menu, steps[i].key), MENU_WAIT);
        show(&shown);
        expect_selected(&shown, steps[i].selected);
    }
    assert_int_equal(menu_key(&shown.menu, KEY_ENTER), MENU_BOOT);
    assert_int_equal(shown.menu.selected, 2);
    testing_arena_close(&shown.arena);
}

static void countdown_ends_or_is_stopped(void **state)
{
    (void)state;
    struct shown shown;
    open_shown(&shown, 2, 2, LABELS_NONE);
    assert_true(row_of(&shown, "Booting in 2 s; any key stops") == ROWS - 1);
    assert_int_equal(menu_second(&shown.menu), MENU_WAIT);
    show(&shown);
    assert_true(row_of(&shown, "Booting in 1 s") == ROWS - 1);
    assert_int_equal(menu_second(&shown.menu), MENU_BOOT);
    menu_open(&shown.menu, &shown.config, 1, 2);
    assert_int_equal(menu_key(&shown.menu, 'x'), MENU_WAIT);
    show(&shown);
    assert_int_equal(row_of(&shown, "Booting in"), -1);
    assert_int_equal(menu_second(&shown.menu), MENU_WAIT);
    testing_arena_close(&shown.arena);
}

static void long_menus_scroll(void **state)
{
    (void)state;
    struct shown shown;
    open_shown(&shown, 40, TIMEOUT_NEVER, LABELS_NONE);
    assert_int_equal(row_of(&shown, "Entry number 39"), -1);
    for (int i = 0; i < 39; i++) {
        (void)menu_key(&shown.menu, KEY_DOWN);
        show(&shown);
    }
    expect_selected(&shown, "Entry number 39");
    assert_int_equal(row_of(&shown, "Entry number 0 "), -1);
    testing_arena_close(&shown.arena);
}

static void a_step_sends_only_what_changed(void **state)
{
    (void)state;
    struct shown shown;
    open_shown(&shown, 10, TIMEOUT_NEVER, LABELS_NONE);
    size_t before = shown.terminal.received;
    (void)menu_key(&shown.menu, KEY_DOWN);
    show(&shown);
    assert_true(shown.terminal.received - before <
                220); /* two rows: a quarter of a second at 9600 baud */
    before = shown.terminal.received;
    show(&shown);
    assert_int_equal(shown.terminal.received, before); /* nothing is new */
    testing_arena_close(&shown.arena);
}

static void messages_show_why_the_menu_is_back(void **state)
{
    (void)state;
    struct shown shown;
    const char *const messages[] = {"(hd0)/vmlinuz: there is no \"vmlinuz\"", "Entry: not booted"};
    open_shown(&shown, 2, TIMEOUT_NEVER, LABELS_NONE);
    shown.menu.messages = messages;
    shown.menu.message_count = 2;
    show(&shown);
    assert_true(row_of(&shown, messages[0]) > row_of(&shown, "Entry number 1"));
    assert_true(row_of(&shown, messages[1]) == row_of(&shown, messages[0]) + 1);
    testing_arena_close(&shown.arena);
}

static void boot_cfg_numbers_boot_at_once(void **state)
{
    (void)state;
    struct shown shown;
    open_shown(&shown, 3, 5, LABELS_NUMBERS);
    assert_true(row_of(&shown, "2. Entry number 1") > 0);
    assert_int_equal(menu_key(&shown.menu, '2'), MENU_BOOT);
    assert_int_equal(shown.menu.selected, 1);
    testing_arena_close(&shown.arena);
}

/* Entry 0; a submenu of 1, 2 and one more of 3; Entry 4. */
static void nest(struct shown *shown)
{
    static struct entry submenu, inner;
    struct entry *entries = shown->entries;
    submenu = (struct entry){.title = "Advanced options"};
    inner = (struct entry){.title = "Very advanced options"};
    shown->root = (struct entry){0};
    entry_add(&shown->root, &entries[0]);
    entry_add(&shown->root, &submenu);
    entry_add(&submenu, &entries[1]);
    entry_add(&submenu, &entries[2]);
    entry_add(&submenu, &inner);
    entry_add(&inner, &entries[3]);
    entry_add(&shown->root, &entries[4]);
    assert_int_equal(entry_number_all(&shown->root), 5);
}

static void submenus_open_and_close(void **state)
{
    (void)state;
    struct shown shown;
    open_shown(&shown, 5, 5, LABELS_NONE);
    nest(&shown);
    menu_open(&shown.menu, &shown.config, 0, 5);
    static const struct {
        int key;
        enum menu_action action;
        const char *selected, *header, *hidden;
    } steps[] = {
        {KEY_DOWN, MENU_WAIT, "Advanced options", "pvboot ", "Entry number 1"},
        {'e', MENU_WAIT, "Advanced options", "pvboot ", "Entry number 1"}, /* nothing to edit */
        {KEY_ENTER, MENU_WAIT, "Entry number 1", "pvboot: Advanced options", "Entry number 0"},
        {KEY_END, MENU_WAIT, "Very advanced options", "pvboot: Advanced", "Entry number 3"},
        {KEY_RIGHT, MENU_WAIT, "Entry number 3", "pvboot: Very", "Entry number 1"},
        {KEY_ENTER, MENU_BOOT, "Entry number 3", "pvboot: Very", "Entry number 1"},
        {KEY_LEFT, MENU_WAIT, "Very advanced options", "pvboot: Adv", "Entry number 3"},
        {KEY_UP, MENU_WAIT, "Entry number 2", "Enter boots, Esc goes back", "Entry number 0"},
        {'e', MENU_EDIT, "Entry number 2", "pvboot: Adv", "Entry number 0"},
        {KEY_ESCAPE, MENU_WAIT, "Advanced options", "pvboot ", "Entry number 2"},
        {KEY_ESCAPE, MENU_WAIT, "Advanced options", "Enter boots, e edits", "Entry number 2"},
        {KEY_DOWN, MENU_WAIT, "Entry number 4", "pvboot ", "Entry number 2"},
        {KEY_ENTER, MENU_BOOT, "Entry number 4", "pvboot ", "Entry number 2"},
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        assert_int_equal(menu_key(&shown.menu, steps[i].key), steps[i].action);
        show(&shown);
        expect_selected(&shown, steps[i].selected);
        terminal_expect(&shown.terminal, steps[i].header);
        assert_int_equal(row_of(&shown, steps[i].hidden), -1);
    }
    testing_arena_close(&shown.arena);
}

/* The clock runs on the level where the default entry is. */
static void an_entry_of_a_submenu_is_the_default(void **state)
{
    (void)state;
    struct shown shown;
    open_shown(&shown, 5, 5, LABELS_NUMBERS);
    nest(&shown);
    menu_open(&shown.menu, &shown.config, 2, 1);
    show(&shown);
    expect_selected(&shown, "2. Entry number 2");
    terminal_expect(&shown.terminal, "Booting in 1 s");
    assert_int_equal(menu_second(&shown.menu), MENU_BOOT);
    assert_int_equal(menu_selected(&shown.menu)->number, 2);
    assert_int_equal(menu_key(&shown.menu, '3'), MENU_WAIT); /* opens what is in there */
    show(&shown);
    expect_selected(&shown, "1. Entry number 3");
    menu_select(&shown.menu, shown.entries[1].parent); /* a submenu stands for its first one */
    assert_ptr_equal(menu_selected(&shown.menu), &shown.entries[1]);
    testing_arena_close(&shown.arena);
}

static void bytes_become_keys(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        int key;
    } cases[] = {
        {"a", 'a'},
        {"\r", KEY_ENTER},
        {"\n", KEY_ENTER},
        {"\x1B[A", KEY_UP},
        {"\x1B[B", KEY_DOWN},
        {"\x1BOA", KEY_UP},
        {"\x1B[5~", KEY_PAGE_UP},
        {"\x1B[6~", KEY_PAGE_DOWN},
        {"\x1B[H", KEY_HOME},
        {"\x1B[4~", KEY_END},
        {"\x1B[1;5A", KEY_UP},
        {"\x1B[3~", KEY_DELETE},
        {"\x1B[24;80R", KEY_CURSOR},
        {"\x1B[99999999999~", KEY_UNKNOWN},
        {"\x1B[1;2;3;4;5;6A", KEY_UP},
        {"\x1B[Z", KEY_UNKNOWN},
        {"\x1Bx", 'x'},
        {"\x0E", 'N' - '@'},
        {"\xC3", 0xC3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct keys keys = {0};
        int key = KEY_NONE;
        for (const char *c = cases[i].bytes; *c != '\0'; c++) {
            assert_int_equal(key, KEY_NONE);
            key = keys_byte(&keys, (unsigned char)*c);
        }
        assert_int_equal(key, cases[i].key);
    }
    struct keys keys = {0};
    assert_int_equal(keys_idle(&keys), KEY_NONE);
    assert_int_equal(keys_byte(&keys, 27), KEY_NONE);
    assert_int_equal(keys_idle(&keys), KEY_ESCAPE);
    assert_int_equal(keys_byte(&keys, 'q'), 'q');
}

static void numbers_are_typed_digit_by_digit(void **state)
{
    (void)state;
    struct shown shown;
    open_shown(&shown, 40, TIMEOUT_NEVER, LABELS_NUMBERS);
    static const struct {
        int key;
        const char *selected;
    } steps[] = {{'2', "Entry number 1"},    {'7', "Entry number 26"}, {'3', "Entry number 2"},
                 {KEY_UP, "Entry number 1"}, {'4', "Entry number 3"},  {'0', "Entry number 39"}};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        assert_int_equal(menu_key(&shown.menu, steps[i].key), MENU_WAIT);
        show(&shown);
        expect_selected(&shown, steps[i].selected);
    }
    testing_arena_close(&shown.arena);
}

static void letters_pick_and_boot(void **state)
{
    (void)state;
    struct shown shown;
    open_shown(&shown, 12, 5, LABELS_NUMBERS);
    shown.config.labels = LABELS_LETTERS;
    show(&shown);
    terminal_expect(&shown.terminal, "C. Entry number 2");
    assert_int_equal(menu_key(&shown.menu, 'Z'), MENU_WAIT);
    assert_int_equal(menu_key(&shown.menu, 'K'), MENU_BOOT);
    assert_int_equal(shown.menu.selected, 10);
    testing_arena_close(&shown.arena);
}

static void a_password_is_asked_for_and_does_not_show(void **state)
{
    (void)state;
    struct shown shown;
    open_shown(&shown, 2, 5, LABELS_NONE);
    shown.config.password.text = "secret";
    menu_open(&shown.menu, &shown.config, 0, 5);
    show(&shown);
    terminal_expect(&shown.terminal, "p asks for the password");
    assert_int_equal(menu_key(&shown.menu, 'e'), MENU_WAIT); /* first the password */
    for (const char *c = "sesame"; *c != '\0'; c++) {
        assert_int_equal(menu_key(&shown.menu, *c), MENU_WAIT);
    }
    show(&shown);
    terminal_expect(&shown.terminal, "Password: ******");
    assert_int_equal(row_of(&shown, "sesame"), -1);
    assert_int_equal(menu_key(&shown.menu, KEY_ENTER), MENU_UNLOCK);
    assert_string_equal(shown.menu.answer.text, "sesame");
    shown.menu.locked = false; /* as boot/ does it when the password is right */
    show(&shown);
    terminal_expect(&shown.terminal, "e edits");
    assert_int_equal(menu_key(&shown.menu, 'e'), MENU_EDIT);
    assert_int_equal(menu_key(&shown.menu, 'c'), MENU_PROMPT);
    testing_arena_close(&shown.arena);
}

static void escape_gives_a_password_up(void **state)
{
    (void)state;
    struct shown shown;
    open_shown(&shown, 2, 5, LABELS_NONE);
    shown.config.password.text = "secret";
    menu_open(&shown.menu, &shown.config, 0, 5);
    (void)menu_key(&shown.menu, 'p');
    (void)menu_key(&shown.menu, 'x');
    assert_int_equal(menu_key(&shown.menu, KEY_CONTROL('C')), MENU_WAIT);
    show(&shown);
    assert_int_equal(row_of(&shown, "Password"), -1);
    assert_int_equal(menu_key(&shown.menu, KEY_DOWN), MENU_WAIT);
    show(&shown);
    expect_selected(&shown, "Entry number 1");
    testing_arena_close(&shown.arena);
}

static void a_hidden_menu_shows_with_a_key(void **state)
{
    (void)state;
    struct shown shown;
    open_shown(&shown, 2, 5, LABELS_NONE);
    shown.config.hidden = true;
    menu_open(&shown.menu, &shown.config, 1, 5);
    screen_reset(&shown.screen);
    show(&shown);
    terminal_expect(&shown.terminal, "Any key shows the menu. Booting in 5 s: Entry number 1");
    assert_int_equal(row_of(&shown, "Entry number 0"), -1);
    assert_int_equal(menu_second(&shown.menu), MENU_WAIT);
    show(&shown);
    terminal_expect(&shown.terminal, "Booting in 4 s");
    assert_int_equal(menu_key(&shown.menu, KEY_ENTER), MENU_REDRAW); /* it shows, not yet boots */
    show(&shown);
    expect_selected(&shown, "Entry number 1");
    testing_arena_close(&shown.arena);
}

/* On terminals of any size: nothing runs out of it, and what matters shows. */
static void small_and_large_terminals(void **state)
{
    (void)state;
    static const struct {
        unsigned columns, rows;
    } sizes[] = {{20, 8}, {40, 12}, {40, 24}, {80, 8}, {132, 48}};
    static const char *const messages[] = {
        "(hd0)/boot/vmlinuz: there is no \"vmlinuz\"",
        ("A message that is so long that no terminal of less than a hundred columns has room "
         "for it in one row"),
        "Entry: not booted: not found"};
    static char long_banner[200];
    memset(long_banner, 'b', sizeof long_banner - 1);
    const char *banner[] = {long_banner, "", long_banner, "x", "y"};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct shown shown;
        open_shown(&shown, 40, 5, LABELS_NUMBERS);
        memcpy(shown.config.banner, banner, sizeof banner);
        shown.config.banner_count = 5;
        shown.menu.messages = messages;
        shown.menu.message_count = 3;
        terminal_open(&shown.terminal, sizes[i].columns, sizes[i].rows);
        assert_int_equal(screen_create(&shown.screen, sizes[i].columns, sizes[i].rows, &shown.arena,
                                       &shown.terminal.output),
                         0);
        for (int step = 0; step < 40; step++) {
            char wanted[24];
            show(&shown);
            (void)snprintf(wanted, sizeof wanted, "%2d. Entry nu", step + 1);
            terminal_expect(&shown.terminal, wanted);
            terminal_expect(&shown.terminal, "pvboot");
            terminal_expect(&shown.terminal, step == 0 ? "Booting in 5 s" : "Enter");
            (void)menu_key(&shown.menu, KEY_DOWN);
        }
        testing_arena_close(&shown.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_move_the_selection),
        cmocka_unit_test(countdown_ends_or_is_stopped),
        cmocka_unit_test(long_menus_scroll),
        cmocka_unit_test(a_step_sends_only_what_changed),
        cmocka_unit_test(messages_show_why_the_menu_is_back),
        cmocka_unit_test(boot_cfg_numbers_boot_at_once),
        cmocka_unit_test(submenus_open_and_close),
        cmocka_unit_test(an_entry_of_a_submenu_is_the_default),
        cmocka_unit_test(bytes_become_keys),
        cmocka_unit_test(numbers_are_typed_digit_by_digit),
        cmocka_unit_test(letters_pick_and_boot),
        cmocka_unit_test(a_password_is_asked_for_and_does_not_show),
        cmocka_unit_test(escape_gives_a_password_up),
        cmocka_unit_test(a_hidden_menu_shows_with_a_key),
        cmocka_unit_test(small_and_large_terminals),
    };
    return cmocka_run_group_tests_name("menu", tests, NULL, NULL);
}
