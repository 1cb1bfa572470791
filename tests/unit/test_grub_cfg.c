/* SPDX-License-Identifier: BSD-2-Clause */
/* grub.cfg's text to its tree, and what is said of text that is wrong. */
#include "menu/grub_cfg/parse.h"
#include "tests/unit/testing.h"

struct parsed {
    struct capture capture;
    struct arena arena;
    struct statement *first;
    int error;
};

static void parse_bytes(struct parsed *parsed, const char *text, size_t length)
{
    capture_open(&parsed->capture);
    testing_arena(&parsed->arena, 8 << 20);
    parsed->error = grub_cfg_parse(&parsed->first, "(hd0)/grub.cfg", text, length, &parsed->arena,
                                   &parsed->capture.log);
}

static void parse(struct parsed *parsed, const char *text)
{
    parse_bytes(parsed, text, strlen(text));
}

static void close_parsed(struct parsed *parsed)
{
    testing_arena_close(&parsed->arena);
}

/* A tree as text: parts as text, 'quoted', $variable, "$quoted"; words between blanks. */
static void show_word(char *out, const struct word *word)
{
    static const char *const forms[] = {"%s", "'%s'", "$%s", "\"$%s\""};
    for (const struct part *part = word->parts; part != NULL; part = part->next) {
        char form[300];
        const char *shape = forms[part->kind], *hole = strstr(shape, "%s");
        (void)snprintf(form, sizeof form, "%.*s%s%s", (int)(hole - shape), shape, part->text,
                       hole + 2);
        strcat(out, form);
    }
}

static void show(char *out, const struct statement *statement)
{
    static const char *const names[] = {"", "if", "while", "until", "for", "function"};
    for (; statement != NULL; statement = statement->next) {
        strcat(out, names[statement->kind]);
        strcat(out, statement->name != NULL ? " " : "");
        strcat(out, statement->name != NULL ? statement->name : "");
        for (const struct word *word = statement->words; word != NULL; word = word->next) {
            strcat(out,
                   word == statement->words && statement->kind == STATEMENT_COMMAND ? "" : " ");
            show_word(out, word);
        }
        const struct statement *parts[] = {statement->condition, statement->body,
                                           statement->block != NULL ? statement->block->body : NULL,
                                           statement->otherwise};
        for (size_t i = 0; i < 4; i++) {
            if (parts[i] != NULL) {
                strcat(out, " (");
                show(out, parts[i]);
                strcat(out, ")");
            }
        }
        strcat(out, statement->next != NULL ? "; " : "");
    }
}

static void expect_tree(const char *text, const char *tree)
{
    struct parsed parsed;
    char shown[2000] = "";
    parse(&parsed, text);
    assert_string_equal(parsed.capture.lines, "");
    assert_int_equal(parsed.error, 0);
    show(shown, parsed.first);
    assert_string_equal(shown, tree);
    close_parsed(&parsed);
}

static void words_keep_their_quoting(void **state)
{
    (void)state;
    expect_tree("echo a b", "echo a b");
    expect_tree("echo 'a b'c\"d $e f\"", "echo 'a b'c'd '\"$e\"' f'");
    expect_tree("echo \"\\\"\\$\\\\\\a\"", "echo '\"$\\\\a'");
    expect_tree("echo \\a\\ \\$x", "echo 'a'' ''$'x");
    expect_tree("echo ${a}b$c.d$1e$?$#$@$*", "echo $ab$c.d$1e$?$#$@$*");
    expect_tree("echo '' \"\"", "echo '' ''");
    expect_tree("echo $\"hi $x $ \"", "echo 'hi '\"$x\"' ''$'' '");
    expect_tree("echo a#b # comment\necho c", "echo a#b; echo c");
    expect_tree("echo a\\\nb \\\nc\n", "echo ab c");
    expect_tree("echo \"a\\\nb\nc\"", "echo 'ab\nc'");
    expect_tree("a\r\nb 'c\r\nd'\r\n", "a; b 'c\nd'");
    expect_tree("echo if then { a }", "echo if then (a)");
    expect_tree("f() { a; }", "f() (a)");
    expect_tree("", "");
    expect_tree("# nothing", "");
}

static void constructs_nest(void **state)
{
    (void)state;
    expect_tree("if a; then b; elif c\nthen\n d\nelse e; fi", "if (a) (b) (if (c) (d) (e))");
    expect_tree("while a; b; do c; done", "while (a; b) (c)");
    expect_tree("until [ a = b ]; do c; done", "until ([ a = b ]) (c)");
    expect_tree("for i in a $b 'c'; do echo $i; done", "for i a $b 'c' (echo $i)");
    expect_tree("for i in; do a; done", "for i (a)");
    expect_tree("function f\n{\n a\n}\nf", "function f (a); f");
    expect_tree("menuentry 'T' --class x {\n linux /v\n}\n"
                "submenu S { menuentry U { a }\n menuentry V { b; } }",
                "menuentry 'T' --class x (linux /v); submenu S (menuentry U (a); menuentry V (b))");
}

static void blocks_keep_their_source(void **state)
{
    (void)state;
    struct parsed parsed;
    static const char text[] = "menuentry T {\n\tlinux /v  'a'\n}\n";
    parse(&parsed, text);
    const struct block *block = parsed.first->block;
    assert_int_equal(block->length, strlen("\n\tlinux /v  'a'\n"));
    assert_memory_equal(block->text, "\n\tlinux /v  'a'\n", block->length);
    assert_int_equal(parsed.first->line, 1);
    assert_int_equal(block->body->line, 2);
    assert_string_equal(block->body->file, "(hd0)/grub.cfg");
    close_parsed(&parsed);
}

static void expect_wrong(const char *text, int error, const char *tree, const char *words)
{
    struct parsed parsed;
    char shown[2000] = "";
    parse(&parsed, text);
    assert_int_equal(parsed.error, error);
    expect_logged(&parsed.capture, text, words);
    show(shown, parsed.first);
    assert_string_equal(shown, tree); /* what came before counts */
    close_parsed(&parsed);
}

static void errors_name_the_place(void **state)
{
    (void)state;
    expect_wrong("a\nb {\n c\n}\nif d; then\n", ERR_TRUNCATED, "a; b (c)",
                 "(hd0)/grub.cfg:6:1: expected a command, found the end of the text");
    expect_wrong("a\n  if b c\nd; fi", ERR_INVALID, "a",
                 "(hd0)/grub.cfg:3:4: expected \"then\", found \"fi\"");
    expect_wrong("a; ; b", ERR_INVALID, "a", "grub.cfg:1:4: expected a command, found \";\"");
    expect_wrong("a\necho }", ERR_INVALID, "a",
                 "grub.cfg:2:6: expected \";\" or the end of the line, found \"}\"");
    expect_wrong("a && b", ERR_INVALID, "",
                 "grub.cfg:1:3: expected \";\" or the end of the line, found \"&&\"");
    expect_wrong("for 1 in a; do b; done", ERR_INVALID, "",
                 "1:5: expected a variable's name, found \"1\"");
    expect_wrong("for i\nin a; do b; done", ERR_INVALID, "",
                 "1:6: expected \"in\", found the end of the line");
    expect_wrong("function f-g { a; }", ERR_INVALID, "", "1:10: expected a function's name");
    expect_wrong("function f; { a; }", ERR_INVALID, "", "1:11: expected \"{\", found \";\"");
    expect_wrong("m x { function f { a; }; }", ERR_INVALID, "", "1:7: expected a command");
    expect_wrong("if a; then b; done", ERR_INVALID, "",
                 "1:15: expected \"elif\", \"else\" or \"fi\", found \"done\"");
    expect_wrong("echo $-", ERR_INVALID, "", "1:7: expected a variable's name after \"$\"");
    expect_wrong("echo ${a", ERR_INVALID, "", "1:9: expected \"}\" after the variable's name");
    expect_wrong("a\n\necho 'b\n c", ERR_TRUNCATED, "a", "3:6: the quote has no end");
    expect_wrong("echo \"b $c d", ERR_TRUNCATED, "", "1:6: the quote has no end");
    expect_wrong("a\nb\\\n", ERR_TRUNCATED, "a", "2:3: expected more after the backslash");
    expect_wrong("case a", ERR_INVALID, "", "1:1: expected a command, found \"case\"");
}

static void a_byte_0_ends_it(void **state)
{
    (void)state;
    static const char *const texts[] = {"a\nb\0c", "a\nb 'c\0d'", "a\n\0"};
    static const size_t lengths[] = {5, 8, 3};
    for (size_t i = 0; i < 3; i++) {
        struct parsed parsed;
        parse_bytes(&parsed, texts[i], lengths[i]);
        assert_int_not_equal(parsed.error, 0);
        expect_logged(&parsed.capture, "NUL", "(hd0)/grub.cfg:2:");
        close_parsed(&parsed);
    }
}

static void depth_has_a_limit(void **state)
{
    (void)state;
    char text[4000] = "";
    struct parsed parsed;
    for (int i = 0; i < 200; i++) {
        strcat(text, "m {");
    }
    parse(&parsed, text);
    assert_int_equal(parsed.error, ERR_LOOP);
    expect_logged(&parsed.capture, "depth", "(hd0)/grub.cfg:1:100: nested too deeply");
    close_parsed(&parsed);
    text[0] = '\0';
    for (int i = 0; i < 200; i++) { /* a chain is none */
        strcat(text, i == 0 ? "if a; then b; " : "elif a; then b; ");
    }
    strcat(text, "fi");
    parse(&parsed, text);
    assert_int_equal(parsed.error, 0);
    close_parsed(&parsed);
}

static void memory_may_end(void **state)
{
    (void)state;
    static const char text[] = "if a; then b 'c' $d; fi\nm x { e }\r\n";
    for (size_t size = 0; size < 2000; size += 16) {
        struct parsed parsed;
        testing_arena(&parsed.arena, 4096);
        capture_open(&parsed.capture);
        parsed.arena.limit = parsed.arena.ready = size;
        parsed.error = grub_cfg_parse(&parsed.first, "x", text, sizeof text - 1, &parsed.arena,
                                      &parsed.capture.log);
        assert_true(parsed.error == 0 || parsed.error == ERR_NO_MEMORY);
        assert_string_equal(parsed.capture.lines, "");
        close_parsed(&parsed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_keep_their_quoting), cmocka_unit_test(constructs_nest),
        cmocka_unit_test(blocks_keep_their_source), cmocka_unit_test(errors_name_the_place),
        cmocka_unit_test(a_byte_0_ends_it),         cmocka_unit_test(depth_has_a_limit),
        cmocka_unit_test(memory_may_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
