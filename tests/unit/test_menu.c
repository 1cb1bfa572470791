/* SPDX-License-Identifier: BSD-2-Clause */
/* The menu key by key, judged by what a terminal shows. */
#include "menu/keys.h"
#include "menu/menu.h"
#include "menu/screen.h"
#include "tests/unit/testing.h"

/* A terminal that knows just the sequences a VT100 knows, and complains about others. */
enum { COLUMNS = 80, ROWS = 24 };

struct terminal {
    struct screen_output output; /* first */
    char cells[ROWS][COLUMNS + 1];
    char reverse[ROWS][COLUMNS + 1];
    unsigned row, column;
    bool is_reverse;
    size_t received;
};

static void erase(struct terminal *terminal)
{
    for (unsigned row = 0; row < ROWS; row++) {
        memset(terminal->cells[row], ' ', COLUMNS);
        memset(terminal->reverse[row], ' ', COLUMNS);
    }
}

/* What follows ESC; returns its length. */
static size_t obey(struct terminal *terminal, const char *sequence)
{
    unsigned row, column;
    int length = 0;
    if (strncmp(sequence, "[2J", 3) == 0) {
        erase(terminal);
        return 3;
    }
    if (strncmp(sequence, "[0m", 3) == 0 || strncmp(sequence, "[7m", 3) == 0) {
        terminal->is_reverse = sequence[1] == '7';
        return 3;
    }
    if (strncmp(sequence, "[H", 2) == 0) {
        terminal->row = terminal->column = 0;
        return 2;
    }
    if (sscanf(sequence, "[%u;%uH%n", &row, &column, &length) == 2 && length > 0) {
        assert_true(row >= 1 && row <= ROWS && column >= 1 && column <= COLUMNS);
        terminal->row = row - 1;
        terminal->column = column - 1;
        return (size_t)length;
    }
    fail_msg("a sequence that no VT100 knows: ESC%.8s", sequence);
    return 0;
}

static void receive(struct screen_output *output, const char *text, size_t length)
{
    struct terminal *terminal = (struct terminal *)output;
    char bytes[64];
    assert_true(length < sizeof bytes);
    memcpy(bytes, text, length);
    bytes[length] = '\0';
    terminal->received += length;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\x1B') {
            i += obey(terminal, bytes + i + 1);
        } else {
            assert_true(terminal->column < COLUMNS);
            terminal->cells[terminal->row][terminal->column] = bytes[i];
            terminal->reverse[terminal->row][terminal->column++] = terminal->is_reverse ? 'r' : ' ';
        }
    }
}

struct shown {
    struct arena arena;
    struct config config;
    struct entry entries[40];
    char titles[40][24];
    struct menu menu;
    struct screen screen;
    struct terminal terminal;
};

static void show(struct shown *shown)
{
    menu_draw(&shown->menu, &shown->screen);
}

static void open_shown(struct shown *shown, size_t count, int timeout, enum config_grammar grammar)
{
    memset(shown, 0, sizeof *shown);
    testing_arena(&shown->arena, 1 << 20);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(shown->titles[i], sizeof shown->titles[i], "Entry number %zu", i);
        shown->entries[i].title = shown->titles[i];
    }
    shown->config = (struct config){.name = "(hd0)/boot/grub/menu.lst",
                                    .grammar = grammar,
                                    .labels = grammar == GRAMMAR_BOOT_CFG ? LABELS_NUMBERS
                                                                          : LABELS_NONE,
                                    .entries = shown->entries,
                                    .entry_count = count};
    shown->terminal.output.write = receive;
    assert_int_equal(
        screen_create(&shown->screen, COLUMNS, ROWS, &shown->arena, &shown->terminal.output), 0);
    assert_int_equal(menu_create(&shown->menu, &shown->arena), 0);
    menu_open(&shown->menu, &shown->config, 0, timeout);
    screen_reset(&shown->screen);
    show(shown);
}

/* The row that shows `text`, or -1. */
static int row_of(const struct shown *shown, const char *text)
{
    for (int row = 0; row < ROWS; row++) {
        if (strstr(shown->terminal.cells[row], text) != NULL) {
            return row;
        }
    }
    return -1;
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
    open_shown(&shown, 3, 5, GRAMMAR_MENU_LST);
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
        {'9', "Entry number 2"},         {KEY_UNKNOWN, "Entry number 2"},
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
    open_shown(&shown, 2, 2, GRAMMAR_MENU_LST);
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
    open_shown(&shown, 40, TIMEOUT_NEVER, GRAMMAR_MENU_LST);
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
    open_shown(&shown, 10, TIMEOUT_NEVER, GRAMMAR_MENU_LST);
    size_t before = shown.terminal.received;
    (void)menu_key(&shown.menu, KEY_DOWN);
    show(&shown);
    assert_true(shown.terminal.received - before <
                220); /* two rows: a quarter of a second at 9600 baud */
    testing_arena_close(&shown.arena);
}

static void messages_show_why_the_menu_is_back(void **state)
{
    (void)state;
    struct shown shown;
    const char *const messages[] = {"(hd0)/vmlinuz: there is no \"vmlinuz\"", "Entry: not booted"};
    open_shown(&shown, 2, TIMEOUT_NEVER, GRAMMAR_MENU_LST);
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
    open_shown(&shown, 3, 5, GRAMMAR_BOOT_CFG);
    assert_true(row_of(&shown, "2. Entry number 1") > 0);
    assert_int_equal(menu_key(&shown.menu, '2'), MENU_BOOT);
    assert_int_equal(shown.menu.selected, 1);
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
        {"\x1B[99999999999~", KEY_UNKNOWN},
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_move_the_selection),
        cmocka_unit_test(countdown_ends_or_is_stopped),
        cmocka_unit_test(long_menus_scroll),
        cmocka_unit_test(a_step_sends_only_what_changed),
        cmocka_unit_test(messages_show_why_the_menu_is_back),
        cmocka_unit_test(boot_cfg_numbers_boot_at_once),
        cmocka_unit_test(bytes_become_keys),
    };
    return cmocka_run_group_tests_name("menu", tests, NULL, NULL);
}
