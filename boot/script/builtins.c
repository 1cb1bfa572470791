/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/script/builtins.h"

#include <stdio.h>
#include <string.h>

#include "boot/script/integer.h"
#include "lib/error.h"
#include "menu/grub_cfg/parse.h"

enum { LISTED = 16 /* steps for each variable: all are looked at for the next one */ };

static const char *argument(const struct script_call *call)
{
    return call->count > 1 ? call->words[1] : "";
}

/* ---- variables ------------------------------------------------------------------------------ */

static int list_variables(const struct script_call *call, bool exported)
{
    struct script *script = call->script;
    const struct variable *variable = NULL;
    const char *name = NULL;
    while ((variable = variables_after(&script->variables, name)) != NULL &&
           script_count(call, LISTED)) {
        name = variable->named.name;
        if (!exported || variable->exported) {
            script->host->print(script->host, name, false);
            script->host->print(script->host, "=", false);
            script->host->print(script->host, variable->value, true);
        }
    }
    return 0;
}

static int run_set(const struct script_call *call)
{
    struct script *script = call->script;
    const char *word = argument(call), *equals = strchr(word, '=');
    if (call->count == 1) {
        return list_variables(call, false);
    }
    if (equals == NULL) {
        return script_fail(call, ERR_INVALID, "expected NAME=VALUE");
    }
    char *name = arena_copy(&script->scratch, word, (size_t)(equals - word));
    return name != NULL ? variables_set(&script->variables, name, equals + 1) : ERR_NO_MEMORY;
}

static int run_unset(const struct script_call *call)
{
    if (call->count == 1) {
        return script_fail(call, ERR_INVALID, "expected a variable's name");
    }
    variables_unset(&call->script->variables, call->words[1]);
    return 0;
}

static int run_export(const struct script_call *call)
{
    return call->count == 1 ? list_variables(call, true)
                            : variables_export(&call->script->variables, call->words[1]);
}

/* Fedora's: boot_counter counts down. */
static int add_to(const struct script_call *call, int step)
{
    struct variables *variables = &call->script->variables;
    const char *value = variables_get(variables, argument(call));
    char text[24];
    int64_t number;
    if (call->count != 2) {
        return script_fail(call, ERR_INVALID, "expected a variable's name");
    }
    if (value == NULL || !integer_parse(value, &number) || number > INT32_MAX ||
        number < INT32_MIN) {
        return script_fail(call, ERR_INVALID, "the variable is no number");
    }
    (void)snprintf(text, sizeof text, "%d", (int)number + step); /* it fits */
    return variables_set(variables, call->words[1], text);
}

static int run_increment(const struct script_call *call)
{
    return add_to(call, 1);
}

static int run_decrement(const struct script_call *call)
{
    return add_to(call, -1);
}

/* ---- truth ---------------------------------------------------------------------------------- */

static int run_true(const struct script_call *call)
{
    (void)call;
    return 0;
}

static int run_false(const struct script_call *call)
{
    (void)call;
    return SCRIPT_FALSE;
}

/* ---- functions and loops -------------------------------------------------------------------- */

/* The only argument, a number, or `otherwise` where there is none. False: it is wrong, and was said. */
static bool number_argument(const struct script_call *call, int64_t otherwise, int64_t *number)
{
    *number = otherwise;
    if (call->count == 1) {
        return true;
    }
    bool good = call->count == 2 && integer_parse(call->words[1], number) && *number >= 0;
    if (!good) {
        (void)script_fail(call, ERR_INVALID, "expected a number");
    }
    return good;
}

static int leave_loops(const struct script_call *call, bool continues)
{
    struct script *script = call->script;
    int64_t count;
    if (!number_argument(call, 1, &count)) {
        return ERR_INVALID;
    }
    if (count == 0) {
        return script_fail(call, ERR_INVALID, "no loop has the number 0");
    }
    script->breaks = count < script->loops ? (unsigned)count : script->loops;
    script->continues = continues;
    return 0;
}

static int run_break(const struct script_call *call)
{
    return leave_loops(call, false);
}

static int run_continue(const struct script_call *call)
{
    return leave_loops(call, true);
}

static int run_return(const struct script_call *call)
{
    struct script *script = call->script;
    int64_t status;
    if (script->scope == NULL) {
        return script_fail(call, ERR_INVALID, "there is no function to return from");
    }
    if (!number_argument(call, script->status, &status)) {
        return ERR_INVALID;
    }
    script->returns = true;
    return status == 0 ? 0 : SCRIPT_STATUS + (int)(status & 0xFF);
}

static int run_shift(const struct script_call *call)
{
    struct scope *scope = call->script->scope;
    int64_t count;
    if (scope == NULL) {
        return 0;
    }
    if (!number_argument(call, 1, &count)) {
        return ERR_INVALID;
    }
    if ((uint64_t)count > scope->count) {
        return script_fail(call, ERR_INVALID, "there are not so many parameters");
    }
    scope->words += count;
    scope->count -= (size_t)count;
    return 0;
}

static int run_setparams(const struct script_call *call)
{
    struct scope *scope = call->script->scope;
    if (scope == NULL) {
        (void)script_fail(call, ERR_INVALID,
                          "there is no function whose parameters these could be");
        return SCRIPT_STATUS + 17; /* as in GRUB */
    }
    scope->words = call->words;
    scope->count = call->count - 1;
    scope->kept = arena_mark(&call->script->scratch);
    return 0;
}

/* ---- eval ----------------------------------------------------------------------------------- */

/* All arguments from `first` on with a blank between them, in the arena, or NULL. */
static char *join(const struct script_call *call, size_t first, struct arena *arena)
{
    size_t length = 0, used = 0;
    for (size_t i = first; i < call->count; i++) {
        length += strlen(call->words[i]) + 1;
    }
    char *text = arena_alloc(arena, length + 1);
    for (size_t i = first; text != NULL && i < call->count; i++) {
        size_t size = strlen(call->words[i]);
        memcpy(text + used, call->words[i], size);
        used += size;
        text[used++] = ' ';
    }
    if (text != NULL && used > 0) {
        text[used - 1] = '\0';
    }
    return text;
}

/* What it defines stays. */
static int run_eval(const struct script_call *call)
{
    struct script *script = call->script;
    const struct statement *statement = call->statement;
    struct arena *arena = &script->function_memory;
    struct statement *first;
    char *text = join(call, 1, arena);
    char *name = arena_format(arena, "%s:%u: eval", statement->file, statement->line);
    if (text == NULL || name == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = grub_cfg_parse(&first, name, text, strlen(text), arena, script->log);
    return error != 0 ? error : script_continue(call, first);
}

/* ---- echo ----------------------------------------------------------------------------------- */

/* Replaces escapes; those that are not known leave nothing. */
static void unescape(char *text)
{
    static const char letters[] = "\\afnrtv", meanings[] = "\\\a\f\n\r\t\v";
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from != '\\') {
            *to++ = *from;
            continue;
        }
        const char *letter = from[1] != '\0' ? strchr(letters, *++from) : NULL;
        if (letter != NULL) {
            *to++ = meanings[letter - letters];
        }
    }
    *to = '\0';
}

static int run_echo(const struct script_call *call)
{
    struct script *script = call->script;
    bool newline = true, escapes = false;
    size_t first = 1;
    for (; first < call->count; first++) {
        const char *word = call->words[first];
        if (word[0] != '-' || word[1] == '\0' || word[1 + strspn(word + 1, "ne")] != '\0') {
            break;
        }
        newline = newline && strchr(word, 'n') == NULL;
        escapes = escapes || strchr(word, 'e') != NULL;
    }
    first += first < call->count && strcmp(call->words[first], "--") == 0 ? 1 : 0;
    char *text = join(call, first, &script->scratch);
    if (text == NULL) {
        return ERR_NO_MEMORY;
    }
    if (escapes) {
        unescape(text);
    }
    script->host->print(script->host, text, newline);
    return 0;
}

/* ---- the table ------------------------------------------------------------------------------ */

const struct builtin builtins[] = {
    {"[", run_test},
    {"break", run_break},
    {"continue", run_continue},
    {"decrement", run_decrement},
    {"echo", run_echo},
    {"eval", run_eval},
    {"export", run_export},
    {"false", run_false},
    {"increment", run_increment},
    {"regexp", run_regexp},
    {"return", run_return},
    {"set", run_set},
    {"setparams", run_setparams},
    {"shift", run_shift},
    {"test", run_test},
    {"true", run_true},
    {"unset", run_unset},
    {NULL, NULL},
};

const struct builtin *builtin_find(const char *name)
{
    for (const struct builtin *builtin = builtins; builtin->name != NULL; builtin++) {
        if (strcmp(builtin->name, name) == 0) {
            return builtin;
        }
    }
    return NULL;
}
