/* SPDX-License-Identifier: BSD-2-Clause */
/* The entry editor key by key, judged by what a terminal shows and by the commands it gives. */
#include "menu/grammar/grammar.h"
#include "menu/view/editor.h"
#include "menu/view/keys.h"
#include "tests/unit/terminal.h"

enum { COLUMNS = 80, ROWS = 24 };

struct edited {
    struct arena arena;
    struct terminal terminal;
    struct screen screen;
    struct editor editor;
};

static struct command commands[] = {
    {.name = "root", .arguments = "(hd0,0)", .next = &commands[1]},
    {.name = "kernel", .arguments = "/vmlinuz ro", .next = &commands[2]},
    {.name = "savedefault", .arguments = ""},
};

static void open_edited(struct edited *edited, unsigned columns, unsigned rows)
{
    static const struct entry entry = {.title = "Linux",
                                       .body = {.first = commands, .last = &commands[2]}};
    testing_arena(&edited->arena, 1 << 20);
    terminal_open(&edited->terminal, columns, rows);
    assert_int_equal(
        screen_create(&edited->screen, columns, rows, &edited->arena, &edited->terminal.output), 0);
    assert_int_equal(editor_open(&edited->editor, &entry, &menu_lst, &edited->arena), 0);
    screen_reset(&edited->screen);
    editor_draw(&edited->editor, &edited->screen);
}

static enum editor_action press(struct edited *edited, const char *text, int key)
{
    enum editor_action action = EDITOR_WAIT;
    for (; *text != '\0'; text++) {
        action = editor_key(&edited->editor, (unsigned char)*text);
        editor_draw(&edited->editor, &edited->screen);
    }
    if (key != 0) {
        action = editor_key(&edited->editor, key);
        editor_draw(&edited->editor, &edited->screen);
    }
    return action;
}

static void expect_commands(struct edited *edited, const char *const *lines)
{
    struct command_list list;
    assert_int_equal(editor_commands(&edited->editor, &list), 0);
    for (const struct command *command = list.first; command != NULL; command = command->next) {
        char text[128];
        (void)snprintf(text, sizeof text, "%s|%s", command->name, command->arguments);
        assert_non_null(*lines);
        assert_string_equal(text, *lines++);
    }
    assert_null(*lines);
}

static void an_entry_shows_line_by_line(void **state)
{
    (void)state;
    struct edited edited;
    open_edited(&edited, COLUMNS, ROWS);
    terminal_expect(&edited.terminal, "pvboot: editing");
    terminal_expect(&edited.terminal, "Linux");
    terminal_expect_row(&edited.terminal, 3, " > root (hd0,0)");
    terminal_expect_row(&edited.terminal, 4, "   kernel /vmlinuz ro");
    terminal_expect_row(&edited.terminal, 5, "   savedefault");
    (void)press(&edited, "", KEY_DOWN);
    terminal_expect_row(&edited.terminal, 4, " > kernel /vmlinuz ro");
    assert_int_equal(press(&edited, "", KEY_ESCAPE), EDITOR_LEAVE);
    assert_int_equal(press(&edited, "", KEY_CONTROL('C')), EDITOR_LEAVE);
    assert_int_equal(press(&edited, "c", 0), EDITOR_PROMPT);
    assert_int_equal(press(&edited, "b", 0), EDITOR_BOOT);
    testing_arena_close(&edited.arena);
}

static void a_line_is_edited(void **state)
{
    (void)state;
    struct edited edited;
    open_edited(&edited, COLUMNS, ROWS);
    (void)press(&edited, "", KEY_DOWN);
    (void)press(&edited, "e", 0);
    assert_int_equal(edited.terminal.column, 3 + strlen("kernel /vmlinuz ro"));
    (void)press(&edited, " single", 0);
    terminal_expect_row(&edited.terminal, 4, " > kernel /vmlinuz ro single");
    terminal_expect(&edited.terminal, "Enter keeps the line");
    assert_int_equal(press(&edited, "", KEY_TAB), EDITOR_COMPLETE);
    (void)press(&edited, "", KEY_ENTER);
    terminal_expect(&edited.terminal, "b boots");
    expect_commands(&edited, (const char *const[]){"root|(hd0,0)", "kernel|/vmlinuz ro single",
                                                   "savedefault|", NULL});
    testing_arena_close(&edited.arena);
}

static void a_change_is_dropped(void **state)
{
    (void)state;
    struct edited edited;
    open_edited(&edited, COLUMNS, ROWS);
    (void)press(&edited, "e junk", KEY_CONTROL('C'));
    terminal_expect_row(&edited.terminal, 3, " > root (hd0,0)");
    testing_arena_close(&edited.arena);
}

static void lines_come_and_go(void **state)
{
    (void)state;
    struct edited edited;
    open_edited(&edited, COLUMNS, ROWS);
    (void)press(&edited, "oinitrd /i", KEY_ENTER);
    terminal_expect_row(&edited.terminal, 4, " > initrd /i");
    (void)press(&edited, "Ouuid 1", KEY_ENTER);
    terminal_expect_row(&edited.terminal, 4, " > uuid 1");
    (void)press(&edited, "o", KEY_ESCAPE); /* begun, and dropped */
    (void)press(&edited, "o", KEY_ENTER);  /* empty */
    (void)press(&edited, "", KEY_HOME);
    expect_commands(&edited, (const char *const[]){"root|(hd0,0)", "uuid|1", "initrd|/i",
                                                   "kernel|/vmlinuz ro", "savedefault|", NULL});
    (void)press(&edited, "dddd", 0);
    expect_commands(&edited, (const char *const[]){"root|(hd0,0)", NULL});
    (void)press(&edited, "dd", 0);
    (void)press(&edited, "e", KEY_DOWN); /* nothing is left to edit */
    expect_commands(&edited, (const char *const[]){NULL});
    (void)press(&edited, "okernel /k", KEY_ENTER);
    expect_commands(&edited, (const char *const[]){"kernel|/k", NULL});
    testing_arena_close(&edited.arena);
}

static void an_entry_has_room_for_some_lines_more(void **state)
{
    (void)state;
    struct edited edited;
    open_edited(&edited, COLUMNS, 12);
    for (int i = 0; i < EDITOR_ROOM; i++) {
        (void)press(&edited, "opause", KEY_ENTER);
    }
    (void)press(&edited, "o", 0);
    terminal_expect(&edited.terminal, "takes no more");
    (void)press(&edited, "", KEY_UP);
    assert_int_equal(terminal_row_of(&edited.terminal, "takes no more"), -1);
    testing_arena_close(&edited.arena);
}

static void any_keys_on_any_terminal(void **state)
{
    (void)state;
    static const struct {
        unsigned columns, rows;
    } sizes[] = {{20, 8}, {40, 12}, {132, 48}};
    static const int likely[] = {'e', 'o', 'O', 'd', KEY_UP, KEY_DOWN, KEY_ENTER, KEY_ESCAPE};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct edited edited;
        unsigned seed = (unsigned)i;
        open_edited(&edited, sizes[i].columns, sizes[i].rows);
        for (int step = 0; step < 3000; step++) {
            int key = rand_r(&seed) % 2 == 0 ? likely[rand_r(&seed) % 8] : rand_r(&seed) % 300;
            (void)press(&edited, "", key != 0 ? key : 'x');
            assert_true(edited.editor.count == 0 || edited.editor.selected < edited.editor.count);
        }
        terminal_expect(&edited.terminal, "pvboot: editing");
        testing_arena_close(&edited.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_shows_line_by_line),
        cmocka_unit_test(a_line_is_edited),
        cmocka_unit_test(a_change_is_dropped),
        cmocka_unit_test(lines_come_and_go),
        cmocka_unit_test(an_entry_has_room_for_some_lines_more),
        cmocka_unit_test(any_keys_on_any_terminal),
    };
    return cmocka_run_group_tests_name("editor", tests, NULL, NULL);
}
