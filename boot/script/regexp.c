/* SPDX-License-Identifier: BSD-2-Clause */
/* `regexp [--set [NUMBER:]VARIABLE]... EXPRESSION TEXT`: does it match, and what do its groups? */
#include <stdio.h>
#include <string.h>

#include "boot/script/builtins.h"
#include "boot/script/integer.h"
#include "boot/script/regex.h"
#include "lib/error.h"

enum { STEPS = 64 /* of a search, that are one of the script's */ };

/* What --set wants, "NUMBER:VARIABLE" or "VARIABLE", at words[*at]. NULL: it is no such option. */
static const char *take_option(const struct script_call *call, size_t *at)
{
    const char *word = call->words[*at];
    if (word == NULL) {
        return NULL;
    }
    if (strncmp(word, "--set=", 6) == 0) {
        (*at)++;
        return word + 6;
    }
    if ((strcmp(word, "--set") == 0 || strcmp(word, "-s") == 0) && *at + 1 < call->count) {
        *at += 2;
        return call->words[*at - 1];
    }
    return NULL;
}

static int set_group(const struct script_call *call, const char *option,
                     const struct regex_match matches[REGEX_GROUPS])
{
    const char *colon = strchr(option, ':');
    int64_t number = 1;
    if (colon != NULL &&
        (integer_begin(option, &number) != colon || number < 0 || number >= REGEX_GROUPS)) {
        return script_fail(call, ERR_INVALID, "expected --set NUMBER:VARIABLE, below 10");
    }
    const char *name = colon != NULL ? colon + 1 : option;
    const struct regex_match *match = &matches[number];
    if (match->start == NULL) {
        variables_unset(&call->script->variables, name);
        return 0;
    }
    char *value = arena_copy(&call->script->scratch, match->start, match->length);
    return value != NULL ? variables_set(&call->script->variables, name, value) : ERR_NO_MEMORY;
}

static int set_groups(const struct script_call *call,
                      const struct regex_match matches[REGEX_GROUPS])
{
    const char *option;
    size_t at = 1;
    int error = 0;
    while (error == 0 && (option = take_option(call, &at)) != NULL) {
        error = set_group(call, option, matches);
    }
    return error;
}

int run_regexp(const struct script_call *call)
{
    struct script *script = call->script;
    struct regex_match matches[REGEX_GROUPS];
    size_t at = 1, steps = (size_t)script->steps * STEPS;
    script->wildcards = true; /* it is of the same module */
    while (take_option(call, &at) != NULL) {
    }
    at += at < call->count && strcmp(call->words[at], "--") == 0 ? 1 : 0;
    if (call->count - at != 2) {
        return script_fail(call, ERR_INVALID, "expected [--set NUMBER:VARIABLE] EXPRESSION TEXT");
    }
    int result =
        regex_search(call->words[at], call->words[at + 1], matches, &steps, &script->scratch);
    script->steps = (unsigned)(steps / STEPS);
    if (result == ERR_INVALID) {
        return script_fail(call, result, "the regular expression is wrong");
    }
    if (result == ERR_LOOP) {
        return script_fail(call, result, "the search takes too long");
    }
    if (result <= 0) {
        return result == 0 ? SCRIPT_FALSE : result;
    }
    return set_groups(call, matches);
}
