/* SPDX-License-Identifier: BSD-2-Clause */
/* The line editor, the prompt with its history, and the pager, key by key. */
#include "menu/view/history.h"
#include "menu/view/keys.h"
#include "menu/view/line.h"
#include "menu/view/pager.h"
#include "menu/view/prompt.h"
#include "tests/unit/terminal.h"

enum { SIZE = 64 };

#define CTRL(letter) KEY_CONTROL(letter)

static void type(struct line *line, const char *text)
{
    for (; *text != '\0'; text++) {
        assert_int_equal(line_key(line, (unsigned char)*text), LINE_GOES_ON);
    }
}

/* ---- editing -------------------------------------------------------------------------------- */

static void keys_edit_a_line(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        int keys[8];
        const char *then;
        const char *text;
    } cases[] = {
        {"root", {0}, "", "root"},
        {"root", {CTRL('A')}, "x", "xroot"},
        {"root", {KEY_HOME, CTRL('F')}, "x", "rxoot"},
        {"root", {CTRL('B'), KEY_LEFT, KEY_RIGHT}, "x", "rooxt"},
        {"root", {KEY_RUBOUT, CTRL('H')}, "", "ro"},
        {"root", {KEY_HOME, KEY_DELETE, CTRL('D')}, "", "ot"},
        {"root", {CTRL('D'), KEY_RIGHT}, "", "root"}, /* nothing is there */
        {"root", {KEY_HOME, CTRL('H'), KEY_LEFT}, "", "root"},
        {"ab cd", {KEY_LEFT, KEY_LEFT, CTRL('K')}, "x", "ab x"},
        {"ab cd", {KEY_LEFT, KEY_LEFT, CTRL('U')}, "x", "xcd"},
        {"ab cd ", {CTRL('W')}, "x", "ab x"},
        {"ab cd", {CTRL('W'), KEY_HOME, CTRL('Y')}, "", "cdab "},
        {"ab", {CTRL('K'), CTRL('Y')}, "", "ab"}, /* nothing was deleted */
        {"\xC3\xA4\xE2\x82\xAC", {KEY_RUBOUT}, "", "\xC3\xA4"},
        {"\xC3\xA4z", {KEY_LEFT, KEY_LEFT, KEY_DELETE}, "", "z"},
        {"a", {KEY_UNKNOWN, CTRL('G'), KEY_PAGE_UP}, "", "a"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena;
        struct line line;
        testing_arena(&arena, PAGE_SIZE);
        assert_int_equal(line_create(&line, SIZE, &arena), 0);
        type(&line, cases[i].typed);
        for (size_t k = 0; cases[i].keys[k] != 0; k++) {
            assert_int_equal(line_key(&line, cases[i].keys[k]), LINE_GOES_ON);
        }
        type(&line, cases[i].then);
        assert_string_equal(line.text, cases[i].text);
        testing_arena_close(&arena);
    }
}

static void some_keys_are_for_others(void **state)
{
    (void)state;
    static const struct {
        int key;
        enum line_action action;
    } cases[] = {
        {KEY_ENTER, LINE_DONE},  {KEY_ESCAPE, LINE_CANCELLED}, {CTRL('C'), LINE_CANCELLED},
        {KEY_UP, LINE_PREVIOUS}, {CTRL('P'), LINE_PREVIOUS},   {KEY_DOWN, LINE_NEXT},
        {CTRL('N'), LINE_NEXT},  {KEY_TAB, LINE_COMPLETE},
    };
    struct arena arena;
    struct line line;
    testing_arena(&arena, PAGE_SIZE);
    assert_int_equal(line_create(&line, SIZE, &arena), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(line_key(&line, cases[i].key), cases[i].action);
    }
    testing_arena_close(&arena);
}

/* Whatever is typed, the text stays what its length says, and the cursor in it. */
static void any_keys_at_all(void **state)
{
    (void)state;
    struct arena arena;
    struct line line;
    struct terminal terminal;
    struct screen screen;
    unsigned seed = 5;
    testing_arena(&arena, 16 * PAGE_SIZE);
    terminal_open(&terminal, 20, 1);
    assert_int_equal(line_create(&line, SIZE, &arena), 0);
    assert_int_equal(screen_inline(&screen, 20, &arena, &terminal.output), 0);
    for (int i = 0; i < 20000; i++) {
        int key = rand_r(&seed) % 3 == 0 ? rand_r(&seed) % 300 : 'a' + rand_r(&seed) % 26;
        (void)line_key(&line, key);
        assert_true(line.length < SIZE && line.cursor <= line.length);
        assert_int_equal(strlen(line.text), line.length);
        screen_clear(&screen);
        unsigned column = line_draw(&line, &screen, 0, 3, false);
        assert_true(column >= 3 && column < 20);
        screen_flush(&screen, 0, column);
    }
    testing_arena_close(&arena);
}

/* ---- the prompt ----------------------------------------------------------------------------- */

struct prompted {
    struct arena arena;
    struct terminal terminal;
    struct history history;
    struct prompt prompt;
};

static void open_prompted(struct prompted *prompted, unsigned columns)
{
    testing_arena(&prompted->arena, 64 * PAGE_SIZE);
    terminal_open(&prompted->terminal, columns, 1);
    assert_int_equal(history_create(&prompted->history, &prompted->arena), 0);
    assert_int_equal(prompt_create(&prompted->prompt, "> ", 256, columns, &prompted->arena,
                                   &prompted->terminal.output),
                     0);
    prompted->prompt.history = &prompted->history;
    prompt_draw_anew(&prompted->prompt);
}

static void press(struct prompted *prompted, const char *text, int key)
{
    for (; *text != '\0'; text++) {
        (void)prompt_key(&prompted->prompt, (unsigned char)*text);
        prompt_draw(&prompted->prompt);
    }
    if (key != 0) {
        (void)prompt_key(&prompted->prompt, key);
        prompt_draw(&prompted->prompt);
    }
}

static void a_prompt_shows_what_is_typed(void **state)
{
    (void)state;
    struct prompted prompted;
    open_prompted(&prompted, 40);
    press(&prompted, "ls (hd0)/", 0);
    terminal_expect_row(&prompted.terminal, 0, "> ls (hd0)/");
    assert_int_equal(prompted.terminal.column, 11);
    press(&prompted, "", CTRL('A'));
    assert_int_equal(prompted.terminal.column, 2);
    press(&prompted, "", CTRL('K'));
    terminal_expect_row(&prompted.terminal, 0, "> ");
    testing_arena_close(&prompted.arena);
}

static void a_key_sends_few_bytes(void **state)
{
    (void)state;
    struct prompted prompted;
    open_prompted(&prompted, 80);
    press(&prompted, "kernel /boot/vmlinuz root=/dev/xvda1 ro", 0);
    size_t before = prompted.terminal.received;
    press(&prompted, "x", 0);
    assert_true(prompted.terminal.received - before < 16); /* 1/60 s at 9600 baud */
    testing_arena_close(&prompted.arena);
}

static void a_long_line_scrolls_sideways(void **state)
{
    (void)state;
    struct prompted prompted;
    open_prompted(&prompted, 20);
    press(&prompted, "0123456789abcdefghijklmnopqrstuvwxyz", 0);
    terminal_expect(&prompted.terminal, "<");
    terminal_expect(&prompted.terminal, "xyz");
    press(&prompted, "", CTRL('A'));
    terminal_expect(&prompted.terminal, "> 0123456789abcdef");
    assert_int_equal(prompted.terminal.cells[0][18], '>');
    testing_arena_close(&prompted.arena);
}

static void a_prompt_on_a_terminal_of_another_width(void **state)
{
    (void)state;
    struct prompted prompted;
    open_prompted(&prompted, 80);
    press(&prompted, "0123456789abcdefghijklmnopqrstuvwxyz", 0);
    terminal_open(&prompted.terminal, 20, 1);
    assert_int_equal(prompt_resize(&prompted.prompt, 20, &prompted.arena), 0);
    prompt_draw_anew(&prompted.prompt);
    terminal_expect(&prompted.terminal, "xyz");
    press(&prompted, "", CTRL('A'));
    terminal_expect(&prompted.terminal, "> 0123456789abcdef");
    testing_arena_close(&prompted.arena);
}

static void history_goes_back_and_forth(void **state)
{
    (void)state;
    struct prompted prompted;
    open_prompted(&prompted, 40);
    history_add(&prompted.history, "first");
    history_add(&prompted.history, "second");
    history_add(&prompted.history, "second");
    history_add(&prompted.history, "");
    press(&prompted, "unfinished", KEY_UP);
    terminal_expect_row(&prompted.terminal, 0, "> second");
    press(&prompted, "", KEY_UP);
    terminal_expect_row(&prompted.terminal, 0, "> first");
    press(&prompted, "", KEY_UP);
    terminal_expect_row(&prompted.terminal, 0, "> first");
    press(&prompted, "", KEY_DOWN);
    terminal_expect_row(&prompted.terminal, 0, "> second");
    press(&prompted, "", KEY_DOWN);
    press(&prompted, "", KEY_DOWN);
    terminal_expect_row(&prompted.terminal, 0, "> ");
    testing_arena_close(&prompted.arena);
}

static void history_forgets_the_oldest(void **state)
{
    (void)state;
    struct arena arena;
    struct history history;
    char text[16];
    testing_arena(&arena, 64 * PAGE_SIZE);
    assert_int_equal(history_create(&history, &arena), 0);
    for (int i = 0; i < 100; i++) {
        (void)snprintf(text, sizeof text, "line %d", i);
        history_add(&history, text);
    }
    for (int i = 99; i >= 100 - HISTORY_LINES; i--) {
        (void)snprintf(text, sizeof text, "line %d", i);
        assert_string_equal(history_previous(&history), text);
    }
    assert_null(history_previous(&history));
    testing_arena_close(&arena);
}

static void control_c_drops_the_line_and_then_leaves(void **state)
{
    (void)state;
    struct prompted prompted;
    open_prompted(&prompted, 40);
    press(&prompted, "halt", 0);
    assert_int_equal(prompt_key(&prompted.prompt, CTRL('C')), PROMPT_WAIT);
    prompt_draw(&prompted.prompt);
    terminal_expect_row(&prompted.terminal, 0, "> ");
    assert_int_equal(prompt_key(&prompted.prompt, CTRL('C')), PROMPT_LEAVE);
    press(&prompted, "halt", 0);
    assert_int_equal(prompt_key(&prompted.prompt, KEY_ESCAPE), PROMPT_LEAVE);
    assert_int_equal(prompt_key(&prompted.prompt, KEY_TAB), PROMPT_COMPLETE);
    assert_int_equal(prompt_key(&prompted.prompt, KEY_ENTER), PROMPT_RUN);
    testing_arena_close(&prompted.arena);
}

/* ---- the pager ------------------------------------------------------------------------------ */

/* Prints lines until it asks; returns how many. */
static int print_lines(struct pager *pager, const char *line)
{
    int count = 0;
    while (count < 1000 && pager_line(pager, line) == PAGER_PRINTS) {
        count++;
    }
    return count;
}

static void a_pager_stops_after_each_page(void **state)
{
    (void)state;
    struct pager pager;
    pager_open(&pager, 80, 24);
    assert_int_equal(print_lines(&pager, "x"), 23);
    assert_int_equal(pager_key(&pager, 'x'), PAGER_ASKS);
    assert_int_equal(pager_key(&pager, ' '), PAGER_PRINTS);
    assert_int_equal(print_lines(&pager, "x"), 23);
    assert_int_equal(pager_key(&pager, KEY_ENTER), PAGER_PRINTS);
    assert_int_equal(print_lines(&pager, "x"), 1);
    assert_int_equal(pager_key(&pager, 'q'), PAGER_ENDED);
    assert_int_equal(print_lines(&pager, "x"), 0);
}

static void wide_lines_take_more_room(void **state)
{
    (void)state;
    struct pager pager;
    pager_open(&pager, 4, 10);
    assert_int_equal(print_lines(&pager, "12345678"), 4);
    pager_open(&pager, 4, 3);
    assert_int_equal(print_lines(&pager, "a line that is longer than the screen"), 1);
    pager_open(&pager, 80, 0); /* no paging */
    assert_int_equal(print_lines(&pager, "x"), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_edit_a_line),
        cmocka_unit_test(some_keys_are_for_others),
        cmocka_unit_test(any_keys_at_all),
        cmocka_unit_test(a_prompt_shows_what_is_typed),
        cmocka_unit_test(a_key_sends_few_bytes),
        cmocka_unit_test(a_long_line_scrolls_sideways),
        cmocka_unit_test(a_prompt_on_a_terminal_of_another_width),
        cmocka_unit_test(history_goes_back_and_forth),
        cmocka_unit_test(history_forgets_the_oldest),
        cmocka_unit_test(control_c_drops_the_line_and_then_leaves),
        cmocka_unit_test(a_pager_stops_after_each_page),
        cmocka_unit_test(wide_lines_take_more_room),
    };
    return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
