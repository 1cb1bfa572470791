/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Running scripts: what a host sees of it, and that everything ends. What the language means is
 * compared with GRUB itself (tests/script).
 */
#include "boot/script/expand.h"
#include "boot/script/menuentry.h"
#include "boot/script/script.h"
#include "menu/grub_cfg/parse.h"
#include "tests/unit/testing.h"

enum { ANSWER = 7 };

/* A host that remembers what was printed, and the last block. */
struct fixture {
    struct script_host host; /* first */
    struct script script;
    struct arena arena;
    struct capture capture;
    char printed[8000];
    const struct block *block;
    struct menuentry entry;
    unsigned calls;
};

static void print(struct script_host *host, const char *text, bool newline)
{
    struct fixture *fixture = (struct fixture *)host;
    size_t used = strlen(fixture->printed);
    (void)snprintf(fixture->printed + used, sizeof fixture->printed - used, "%s%s", text,
                   newline ? "\n" : "");
}

static int find_file(struct script_host *host, const char *path, struct script_file *file)
{
    (void)host;
    *file = (struct script_file){.is_directory = strcmp(path, "/boot") == 0,
                                 .size = strcmp(path, "/full") == 0 ? 5 : 0,
                                 .modified = path[1]};
    return strcmp(path, "/nosuch") == 0 ? ERR_NOT_FOUND : 0;
}

/* /many/ has the names 0 to 99999; there are a disk and its partition. */
static void list_names(struct script_host *host, const char *folder, struct script_names *names)
{
    (void)host;
    if (folder == NULL) {
        (void)(names->take(names, "(hd0)") && names->take(names, "(hd0,gpt1)"));
    }
    for (int i = 0; folder != NULL && strcmp(folder, "/many/") == 0 && i < 100000; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "%d", i);
        if (!names->take(names, name)) {
            return;
        }
    }
}

static const struct statement *parse(struct fixture *fixture, const char *name, const char *text)
{
    struct statement *first;
    assert_int_equal(
        grub_cfg_parse(&first, name, text, strlen(text), &fixture->arena, &fixture->capture.log),
        0);
    return first;
}

/* quiet, wrong, answer; source TEXT; block { }; menuentry, submenu; any other is unknown. */
static int run_command(struct script_host *host, const struct script_call *call)
{
    struct fixture *fixture = (struct fixture *)host;
    const char *name = call->words[0];
    fixture->calls++;
    assert_null(call->words[call->count]);
    if (strcmp(name, "quiet") == 0) {
        return SCRIPT_FALSE;
    }
    if (strcmp(name, "wrong") == 0) {
        return script_fail(call, ERR_IO, "it is wrong");
    }
    if (strcmp(name, "answer") == 0) {
        return ANSWER;
    }
    if (strcmp(name, "memory") == 0) {
        return ERR_NO_MEMORY;
    }
    if (strcmp(name, "source") == 0) {
        return script_continue(call, parse(fixture, "sourced", call->words[1]));
    }
    if (strcmp(name, "block") == 0) {
        fixture->block = call->block;
        return 0;
    }
    if (strcmp(name, "menuentry") == 0 || strcmp(name, "submenu") == 0) {
        return menuentry_parse(call, &fixture->entry, &fixture->arena);
    }
    return SCRIPT_UNKNOWN;
}

static int start(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->host = (struct script_host){
        .run = run_command, .print = print, .file = find_file, .names = list_names};
    testing_arena(&fixture->arena, 64 << 20);
    capture_open(&fixture->capture);
    assert_int_equal(
        script_open(&fixture->script, &fixture->host, &fixture->arena, &fixture->capture.log), 0);
    *state = fixture;
    return 0;
}

static int stop(void **state)
{
    struct fixture *fixture = *state;
    testing_arena_close(&fixture->arena);
    free(fixture);
    return 0;
}

static int run(struct fixture *fixture, const char *text)
{
    fixture->printed[0] = '\0';
    return script_run(&fixture->script, parse(fixture, "file", text));
}

static void expect(struct fixture *fixture, const char *text, const char *printed)
{
    assert_int_equal(run(fixture, text), 0);
    assert_string_equal(fixture->printed, printed);
}

static void hosts_commands_fail_and_the_script_goes_on(void **state)
{
    struct fixture *fixture = *state;
    expect(fixture, "quiet; echo $?; if ! quiet; then echo no; fi", "1\nno\n");
    assert_string_equal(fixture->capture.lines, "");
    expect(fixture, "\nwrong\nif wrong; then echo yes; else echo no; fi; ! wrong; echo $?",
           "no\n0\n");
    expect_logged(&fixture->capture, "wrong", "file:2: wrong: it is wrong");
    expect(fixture, "\n\nstrange x; echo $?", "0\n");
    expect_logged(&fixture->capture, "strange",
                  "file:3: strange: it is not known, and passed over");
}

static void an_answer_ends_everything(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(run(fixture, "function f { for i in 1 2; do echo $i; answer; done; }\n"
                                  "while true; do if f; then echo a; fi; echo b; done; echo c"),
                     ANSWER);
    assert_string_equal(fixture->printed, "1\n");
    assert_int_equal(run(fixture, "! answer; echo a"), ANSWER);
    assert_string_equal(fixture->printed, "");
    expect(fixture, "echo again", "again\n");
}

static void functions_come_before_the_hosts_commands(void **state)
{
    struct fixture *fixture = *state;
    expect(fixture, "function quiet { echo mine; }; quiet; function echo { true; }; echo x",
           "mine\nx\n");
    assert_int_equal(fixture->calls, 0);
}

static void sources_share_everything(void **state)
{
    struct fixture *fixture = *state;
    expect(fixture, "a=1; source 'a=2; function f { echo f $1; }; false'; echo $? $a; f x",
           "1 2\nf x\n");
    expect(fixture,
           "function g { source 'echo $1; shift; echo $1; return 4; echo no'; echo no; }\n"
           "g a b; echo $?",
           "a\nb\n4\n");
    expect(fixture, "for i in 1 2; do source 'break'; echo $i; done; echo $i", "1\n");
}

static void blocks_run_later_with_parameters(void **state)
{
    struct fixture *fixture = *state;
    static const char *const words[] = {"block", "The title", "b", NULL};
    expect(fixture, "a=1; block x { echo \"$1\" $2 $# $a; return; echo no }; a=2", "");
    assert_non_null(fixture->block);
    assert_int_equal(script_run_block(&fixture->script, fixture->block, words, 3), 0);
    assert_string_equal(fixture->printed, "The title b 2 2\n");
}

static void menuentries_have_options(void **state)
{
    struct fixture *fixture = *state;
    const struct menuentry *entry = &fixture->entry;
    expect(fixture,
           "o=--id\nmenuentry --class a 'The title' --class=b $o 'the id' b --users 'x,y' "
           "--hotkey=h c { echo $1, $2, $3, $#; }\n",
           "");
    assert_string_equal(menuentry_title(entry), "The title");
    assert_string_equal(entry->id, "the id");
    assert_string_equal(entry->users, "x,y");
    assert_string_equal(entry->hotkey, "h");
    assert_false(entry->unrestricted || entry->is_submenu);
    assert_int_equal(script_run_block(&fixture->script, entry->block, entry->words, entry->count),
                     0);
    assert_string_equal(fixture->printed, "The title, b, c, 3\n");
    expect(fixture, "submenu T --unrestricted -- --id { true; }", "");
    assert_true(entry->unrestricted && entry->is_submenu);
    assert_null(entry->id);
    assert_null(entry->users);
    assert_string_equal(entry->words[2], "--id");
}

static void functions_hand_blocks_on(void **state)
{
    struct fixture *fixture = *state;
    expect(fixture, "function f { echo \"$#<$1><$2>\"; menuentry \"$@\"; }\nf T { echo in $1\n}",
           "2<T><{ echo in $1\n}>\n");
    assert_string_equal(menuentry_title(&fixture->entry), "T");
    assert_int_equal(fixture->entry.count, 2);
    assert_int_equal(script_run_block(&fixture->script, fixture->entry.block, fixture->entry.words,
                                      fixture->entry.count),
                     0);
    assert_string_equal(fixture->printed, "2<T><{ echo in $1\n}>\nin T\n");
    expect(fixture,
           "menuentry a '{'; echo $?; menuentry '{}'; echo $?; menuentry a '{ if }'; echo $?",
           "18\n18\n2\n");
    expect_logged(&fixture->capture, "block", "file:1: block:1:5: expected");
}

static void paths_lead_to_entries(void **state)
{
    struct fixture *fixture = *state;
    static const char *const cases[][2] = {
        {"3", ""},      {"3>1>a", "1>a"},  {"2", NULL},        {"A > B", NULL},
        {"A >> B", ""}, {"A >> B>x", "x"}, {"A >> B>>", NULL}, {"id", ""},
        {"id>3", "3"},  {"i", NULL},       {"idx", NULL},      {"", NULL},
        {"3x", NULL},   {"03", ""},        {"id>", ""},        {"99999999999999999999", NULL}};
    expect(fixture, "menuentry 'A > B' --id id { true; }", "");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *rest = menuentry_match(&fixture->entry, 3, cases[i][0]);
        if (rest == NULL || cases[i][1] == NULL) {
            assert_ptr_equal(rest, cases[i][1]);
        } else {
            assert_string_equal(rest, cases[i][1]);
        }
    }
    expect(fixture, "menuentry '10 years' { true; }", "");
    assert_non_null(menuentry_match(&fixture->entry, 3, "10 years"));
    assert_null(menuentry_match(&fixture->entry, 3, "10"));
}

static void wrong_menuentries_are_said(void **state)
{
    struct fixture *fixture = *state;
    static const char *const cases[][2] = {
        {"menuentry { true; }", "file:1: menuentry: expected a title"},
        {"menuentry --id x { true; }", "expected a title"},
        {"menuentry T", "menuentry: expected what it does, in braces"},
        {"submenu T --strange { true; }", "submenu: one of its options is not known"},
        {"menuentry T --id { true; }", "or has no value"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        capture_open(&fixture->capture);
        expect(fixture, cases[i][0], "");
        assert_int_equal(fixture->script.status, 18);
        expect_logged(&fixture->capture, cases[i][0], cases[i][1]);
    }
}

static void file_tests_ask_the_host(void **state)
{
    struct fixture *fixture = *state;
    expect(
        fixture,
        "for f in /boot /full /empty /nosuch; do\n"
        "for o in d e f s; do if [ -$o $f ]; then echo -n $o; else echo -n -; fi; done; echo; done",
        "de--\n-efs\n-ef-\n----\n");
    expect(fixture, "[ /b -nt /a ]; echo $?; [ /b -ot /a ]; echo $?; [ /a -nt2 /b ]; echo $?",
           "0\n1\n0\n");
    expect(fixture, "[ /nosuch -nt /a ]; echo $?; [ /nosuch -ot /a ]; echo $?", "1\n0\n");
}

static void expect_end(struct fixture *fixture, const char *text, int error, const char *words)
{
    capture_open(&fixture->capture);
    assert_int_equal(
        script_open(&fixture->script, &fixture->host, &fixture->arena, &fixture->capture.log), 0);
    assert_int_equal(run(fixture, text), error);
    expect_logged(&fixture->capture, text, words);
    assert_ptr_equal(strchr(fixture->capture.lines, '\n') + 1,
                     fixture->capture.lines + strlen(fixture->capture.lines)); /* one line */
    expect(fixture, "echo alive", "alive\n");
}

static void loops_without_end_end(void **state)
{
    struct fixture *fixture = *state;
    expect_end(fixture, "\nwhile true; do true; done", ERR_LOOP, "file:2: too many commands");
    expect_end(fixture, "while true; do quiet; done", ERR_LOOP, "file:1: too many commands");
    assert_true(fixture->calls <= 10000);
    expect_end(fixture, "while true; do [ -e /x ]; done", ERR_LOOP, "file:1: too many commands");
    expect_end(fixture, "x='1 2 3'; while true; do for i in $x$x; do y=$i; done; done", ERR_LOOP,
               "too many commands");
    expect_end(fixture, "until false\ndo\n x=1\ndone", ERR_LOOP, "file:");
    expect_end(fixture, "while true; do $empty; done", ERR_LOOP, "file:1: ");
    expect_end(fixture, "function f {\n f\n}\nf", ERR_LOOP, "file:2: functions, loops or files");
    expect_end(fixture, "function f { eval f; }; f", ERR_LOOP, "nested too deeply");
    expect_end(fixture, "x='source \"$x\"'; source \"$x\"", ERR_LOOP, "sourced:1: functions");
    expect_end(fixture, "x=1234567890123456\nwhile true; do x=$x$x\ndone", ERR_NO_MEMORY,
               "file:2: the script needs more memory");
    expect_end(fixture,
               "x=1234567890123456\nfor i in 1 2 3 4 5 6 7 8 9 10 11 12 13; do x=$x$x; done\n"
               "echo $x $x $x $x $x",
               ERR_TOO_LARGE, "file:3: its words are too long");
    expect_end(fixture, "i=x; while true; do set a$i=b; i=x$i; done", ERR_NO_MEMORY,
               "needs more memory");
    expect_end(fixture, "while true; do eval \"function f { true; }\"; done", ERR_NO_MEMORY,
               "needs more memory");
    expect_end(fixture, "function f { while true; do setparams $* x; done; }; f a", ERR_TOO_LARGE,
               "words are too long");
    expect_end(fixture, "memory; echo no", ERR_NO_MEMORY, "file:1: the script needs more memory");
}

static void much_is_allowed(void **state)
{
    struct fixture *fixture = *state;
    expect(fixture,
           "for a in 1 2 3 4 5 6 7 8 9 10; do for b in 1 2 3 4 5 6 7 8 9 10; do\n"
           "for c in 1 2 3 4 5 6 7 8 9 10; do x=$a$b$c; done; done; done; echo $x",
           "101010\n");
    expect(fixture, "function f { if [ $1 != xxxxxxxxxx ]; then f x$1; else echo $1; fi; }; f x",
           "xxxxxxxxxx\n");
}

static void contexts_forget_what_they_set(void **state)
{
    struct fixture *fixture = *state;
    struct variables *variables = &fixture->script.variables;
    expect(fixture, "a=1; b=2; export b; export c", "");
    assert_int_equal(variables_push(variables), 0);
    expect(fixture, "echo \"<$a>\" $b \"<$c>\"; a=5; b=6; d=7; set",
           "<> 2 <>\na=5\nb=6\nc=\nd=7\n");
    variables_pop(variables);
    expect(fixture, "echo $a $b $d; set; export", "1 2\na=1\nb=2\nc=\nb=2\nc=\n");
}

static void values_reuse_their_memory(void **state)
{
    struct fixture *fixture = *state;
    expect(fixture, "a=12345", "");
    size_t used = fixture->script.variable_memory.used;
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(variables_set(&fixture->script.variables, "a", "12345678"), 0);
    }
    assert_int_equal(fixture->script.variable_memory.used, used);
}

static void counters_count(void **state)
{
    struct fixture *fixture = *state;
    expect(fixture,
           "boot_counter=3; decrement boot_counter; echo $boot_counter; increment boot_counter;"
           "increment boot_counter; echo $boot_counter; x=-1; decrement x; echo $x",
           "2\n4\n-2\n");
    expect(fixture, "x=a; increment x; echo $? $x; increment nosuch; echo $?; increment; echo $?",
           "18 a\n18\n18\n");
}

/* What they match is compared with GRUB (tests/script). */
static void wildcards_are_those_of_a_module(void **state)
{
    struct fixture *fixture = *state;
    expect(fixture, "echo /many/9999? * 'a\\*'", "/many/9999? * a\\*\n");
    expect(fixture, "regexp a a; echo /many/9999? (*) * 'a\\*' /many/1234*6",
           "/many/99990 /many/99991 /many/99992 /many/99993 /many/99994 /many/99995 /many/99996 "
           "/many/99997 /many/99998 /many/99999 (hd0) (hd0,gpt1) (hd0) a\\* /many/12346\n");
    expect(fixture, "echo (hd0,*)/boot (*)/x (*)/x/",
           "(hd0,gpt1)/boot (hd0)/x (hd0,gpt1)/x (*)/x/\n");
}

static void wildcards_take_steps_and_room(void **state)
{
    struct fixture *fixture = *state;
    fixture->script.wildcards = true;
    assert_int_equal(run(fixture, "for i in /many/*; do true; done"), ERR_TOO_LARGE);
    expect_logged(&fixture->capture, "room", "file:1: its words are too long");
    assert_int_equal(run(fixture, "echo /many/x*; echo /many/x*; echo /many/x*"), ERR_LOOP);
    expect_logged(&fixture->capture, "steps", "file:1: too many commands have run");
    expect(fixture, "echo /many/9999", "/many/9999\n");
}

static void text_is_expanded_without_quotes(void **state)
{
    struct fixture *fixture = *state;
    static const char *const cases[][2] = {{"root=$dev ro", "root=a  b ro"},
                                           {"${dev}x$none y", "a  bx y"},
                                           {"'$dev'", "'a  b'"},
                                           {"$ $- ${dev $$dev", "$ $- ${dev $a  b"},
                                           {"", ""},
                                           {"$dev", "a  b"}};
    expect(fixture, "dev='a  b'", "");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(expand_text(&fixture->script.variables, cases[i][0], &fixture->arena),
                            cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(hosts_commands_fail_and_the_script_goes_on, start, stop),
        cmocka_unit_test_setup_teardown(an_answer_ends_everything, start, stop),
        cmocka_unit_test_setup_teardown(functions_come_before_the_hosts_commands, start, stop),
        cmocka_unit_test_setup_teardown(sources_share_everything, start, stop),
        cmocka_unit_test_setup_teardown(blocks_run_later_with_parameters, start, stop),
        cmocka_unit_test_setup_teardown(menuentries_have_options, start, stop),
        cmocka_unit_test_setup_teardown(functions_hand_blocks_on, start, stop),
        cmocka_unit_test_setup_teardown(paths_lead_to_entries, start, stop),
        cmocka_unit_test_setup_teardown(wrong_menuentries_are_said, start, stop),
        cmocka_unit_test_setup_teardown(file_tests_ask_the_host, start, stop),
        cmocka_unit_test_setup_teardown(loops_without_end_end, start, stop),
        cmocka_unit_test_setup_teardown(much_is_allowed, start, stop),
        cmocka_unit_test_setup_teardown(contexts_forget_what_they_set, start, stop),
        cmocka_unit_test_setup_teardown(values_reuse_their_memory, start, stop),
        cmocka_unit_test_setup_teardown(counters_count, start, stop),
        cmocka_unit_test_setup_teardown(text_is_expanded_without_quotes, start, stop),
        cmocka_unit_test_setup_teardown(wildcards_are_those_of_a_module, start, stop),
        cmocka_unit_test_setup_teardown(wildcards_take_steps_and_room, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
