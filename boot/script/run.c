/* SPDX-License-Identifier: BSD-2-Clause */
/* Statements, one after the other. */
#include <string.h>

#include "boot/script/builtins.h"
#include "boot/script/expand.h"
#include "boot/script/script.h"
#include "lib/error.h"
#include "lib/log.h"

enum {
    VARIABLE_MEMORY = 512 << 10,
    FUNCTION_MEMORY = 512 << 10,
    SCRATCH = 512 << 10,      /* bytes, as the others */
    BYTES_PER_STEP = 64,      /* long words take more time than short ones */
    STATUS_FAILED = 2,        /* $? after an error */
    STATUS_BAD_ARGUMENT = 18, /* GRUB's number, as scripts may look for it */
};

static const char no_memory[] = "the script needs more memory than there is for it";
static const char no_steps[] = "too many commands have run: a loop without an end";

struct function {
    struct named named;
    const struct statement *body;
};

/* ---- the end -------------------------------------------------------------------------------- */

/* Ends the script. Returns a status. */
static int end(struct script *script, const struct statement *statement, int error, const char *why)
{
    if (script->ended == 0) {
        script->ended =
            fail(script->log, error, "%s:%u: %s", statement->file, statement->line, why);
    }
    return STATUS_FAILED;
}

static bool goes_on(const struct script *script)
{
    return script->ended == 0 && script->breaks == 0 && !script->returns;
}

/* False: the script has ended. */
static bool count_steps(struct script *script, const struct statement *statement, size_t steps)
{
    if (steps > script->steps) {
        script->steps = 0;
        (void)end(script, statement, ERR_LOOP, no_steps);
        return false;
    }
    script->steps -= (unsigned)steps;
    return true;
}

/* A statement's words, whose length counts as steps. False: the script has ended. */
static bool expand(struct script *script, const struct statement *statement,
                   struct expanded *expanded)
{
    int error = expand_words(script, statement->words, expanded);
    if (error != 0) {
        (void)end(script, statement, error,
                  error == ERR_LOOP ? no_steps : "its words are too long");
        return false;
    }
    return count_steps(script, statement, expanded->size / BYTES_PER_STEP);
}

/* ---- commands ------------------------------------------------------------------------------- */

static int run_list(struct script *script, const struct statement *statement);

/* A function gets its block as its last parameter: "{ ... }", which menuentry takes. */
static int add_block(const struct script_call *call, struct scope *scope)
{
    struct arena *scratch = &call->script->scratch;
    const struct block *block = call->block;
    const char **words = arena_array(scratch, call->count + 2, sizeof *words);
    const char *text = arena_format(scratch, "{%.*s}", (int)block->length, block->text);
    if (words == NULL || text == NULL) {
        return ERR_NO_MEMORY;
    }
    memcpy(words, call->words, call->count * sizeof *words);
    words[call->count] = text;
    *scope = (struct scope){.words = words, .count = call->count};
    return 0;
}

static int call_function(const struct script_call *call, const struct function *function)
{
    struct script *script = call->script;
    struct scope *outer = script->scope;
    struct scope scope = {.words = call->words, .count = call->count - 1};
    unsigned loops = script->loops;
    if (call->block != NULL && add_block(call, &scope) != 0) {
        return ERR_NO_MEMORY;
    }
    script->scope = &scope;
    script->loops = 0;
    int status = run_list(script, function->body);
    script->returns = false;
    script->loops = loops;
    script->scope = outer;
    return status == 0 ? 0 : SCRIPT_STATUS + status;
}

static int dispatch(const struct script_call *call)
{
    struct script *script = call->script;
    const struct builtin *builtin = builtin_find(call->words[0]);
    if (builtin != NULL) {
        return builtin->run(call);
    }
    if (strchr(call->words[0], '=') != NULL) {
        return SCRIPT_UNKNOWN; /* an assignment: no command and no function is called so */
    }
    const struct named *function = names_find(&script->functions, call->words[0]);
    if (function != NULL) {
        return call_function(call, (const struct function *)function);
    }
    return script_count(call, SCRIPT_HOST_STEPS) ? script->host->run(script->host, call)
                                                 : SCRIPT_FALSE;
}

/* "name=value", where no command is called so. */
static int assign(const struct script_call *call, const char *equals)
{
    struct script *script = call->script;
    const char *word = call->words[0];
    if (word[0] >= '0' && word[0] <= '9') {
        (void)script_fail(call, ERR_INVALID, "a variable's name does not begin with a digit");
        return 0; /* as in GRUB, it does not fail */
    }
    char *name = arena_copy(&script->scratch, word, (size_t)(equals - word));
    return name != NULL ? variables_set(&script->variables, name, equals + 1) : ERR_NO_MEMORY;
}

/* As in GRUB, a command that nobody knows does not fail. */
static int run_unknown(const struct script_call *call)
{
    const char *equals = strchr(call->words[0], '=');
    if (equals != NULL) {
        return assign(call, equals);
    }
    (void)script_fail(call, ERR_NOT_FOUND, "it is not known, and passed over");
    return 0;
}

/* What a command answered, as $? has it. */
static int status_of(const struct script_call *call, int result)
{
    struct script *script = call->script;
    if (result == ERR_NO_MEMORY) {
        return end(script, call->statement, result, no_memory);
    }
    if (result < 0) {
        return result == ERR_INVALID ? STATUS_BAD_ARGUMENT : STATUS_FAILED;
    }
    if (result >= SCRIPT_STATUS) {
        return result - SCRIPT_STATUS;
    }
    script->ended = script->ended != 0 ? script->ended : result;
    return 0;
}

static int run_call(struct script_call *call)
{
    bool inverted = strcmp(call->words[0], "!") == 0;
    call->words += inverted ? 1 : 0;
    call->count -= inverted ? 1 : 0;
    if (call->count == 0) {
        return fail(call->script->log, ERR_INVALID, "%s:%u: there is no command after \"!\"",
                    call->statement->file, call->statement->line);
    }
    int result = dispatch(call);
    if (result == SCRIPT_UNKNOWN) {
        return run_unknown(call);
    }
    if (!inverted || (result > 0 && result < SCRIPT_STATUS)) {
        return result;
    }
    return result == 0 ? SCRIPT_FALSE : 0;
}

/* What setparams has made parameters stays until its function ends. */
static void release(struct script *script, size_t mark)
{
    size_t kept = script->scope != NULL ? script->scope->kept : 0;
    arena_release(&script->scratch, mark > kept ? mark : kept);
}

static int run_command(struct script *script, const struct statement *statement)
{
    struct expanded expanded;
    size_t mark = arena_mark(&script->scratch);
    int status = 0;
    if (expand(script, statement, &expanded) && expanded.count > 0) {
        struct script_call call = {.script = script,
                                   .words = expanded.words,
                                   .count = expanded.count,
                                   .block = statement->block,
                                   .statement = statement};
        status = status_of(&call, run_call(&call));
    }
    release(script, mark);
    return status;
}

/* ---- conditions and loops ------------------------------------------------------------------- */

static int run_if(struct script *script, const struct statement *statement)
{
    (void)run_list(script, statement->condition);
    if (!goes_on(script)) {
        return script->status;
    }
    return run_list(script, script->status == 0 ? statement->body : statement->otherwise);
}

/* After a round: does the loop go on? */
static bool next_round(struct script *script)
{
    if (script->breaks == 1 && script->continues) {
        script->breaks = 0;
    }
    return goes_on(script);
}

static void end_loop(struct script *script)
{
    script->breaks -= script->breaks > 0 ? 1 : 0;
    script->loops--;
}

static int run_while(struct script *script, const struct statement *statement)
{
    bool until = statement->kind == STATEMENT_UNTIL;
    int status;
    script->loops++;
    do {
        status = run_list(script, statement->condition);
        if (!goes_on(script) || (status == 0) == until || !count_steps(script, statement, 1)) {
            break;
        }
        status = run_list(script, statement->body);
    } while (next_round(script));
    end_loop(script);
    return status;
}

/* One round. Returns its status. */
static int run_round(struct script *script, const struct statement *statement, const char *word)
{
    if (variables_set(&script->variables, statement->name, word) != 0) {
        return end(script, statement, ERR_NO_MEMORY, no_memory);
    }
    return count_steps(script, statement, 1) ? run_list(script, statement->body) : 0;
}

static int run_for(struct script *script, const struct statement *statement)
{
    struct expanded expanded;
    size_t mark = arena_mark(&script->scratch);
    int status = 0;
    if (expand(script, statement, &expanded)) {
        script->loops++;
        for (size_t i = 0; i < expanded.count && next_round(script); i++) {
            status = run_round(script, statement, expanded.words[i]);
        }
        (void)next_round(script); /* a `continue` in the last one */
        end_loop(script);
    }
    release(script, mark);
    return status;
}

static int define_function(struct script *script, const struct statement *statement)
{
    struct function *function = (struct function *)names_find(&script->functions, statement->name);
    if (function == NULL) {
        function = arena_alloc(&script->function_memory, sizeof *function);
        if (function == NULL) {
            return end(script, statement, ERR_NO_MEMORY, no_memory);
        }
        function->named.name = statement->name;
        names_add(&script->functions, &function->named);
    }
    function->body = statement->block->body;
    script->definitions++;
    return 0;
}

static int run_statement(struct script *script, const struct statement *statement)
{
    switch (statement->kind) {
    case STATEMENT_COMMAND:
        return run_command(script, statement);
    case STATEMENT_IF:
        return run_if(script, statement);
    case STATEMENT_WHILE:
    case STATEMENT_UNTIL:
        return run_while(script, statement);
    case STATEMENT_FOR:
        return run_for(script, statement);
    case STATEMENT_FUNCTION:
        break;
    }
    return define_function(script, statement);
}

/* Returns the last one's status. */
static int run_list(struct script *script, const struct statement *statement)
{
    int status = 0;
    if (statement != NULL && script->depth == SCRIPT_DEPTH) {
        return end(script, statement, ERR_LOOP, "functions, loops or files are nested too deeply");
    }
    script->depth++;
    for (; statement != NULL && goes_on(script) && count_steps(script, statement, 1);
         statement = statement->next) {
        status = script->status = run_statement(script, statement);
    }
    script->depth--;
    return status;
}

/* ---- from outside --------------------------------------------------------------------------- */

int script_open(struct script *script, struct script_host *host, struct arena *arena,
                struct log *log)
{
    *script = (struct script){.host = host, .log = log, .limit = SCRIPT_STEPS};
    int error = arena_open_within(&script->variable_memory, arena, VARIABLE_MEMORY);
    if (error == 0) {
        error = arena_open_within(&script->function_memory, arena, FUNCTION_MEMORY);
    }
    if (error == 0) {
        error = arena_open_within(&script->scratch, arena, SCRATCH);
    }
    return error != 0 ? error : variables_open(&script->variables, &script->variable_memory);
}

static int run_in(struct script *script, const struct statement *first, struct scope *scope)
{
    arena_release(&script->scratch, 0);
    script->scope = scope;
    script->status = script->ended = 0;
    script->steps = script->limit;
    script->depth = script->loops = script->breaks = 0;
    script->returns = false;
    (void)run_list(script, first);
    script->scope = NULL;
    return script->ended;
}

int script_run(struct script *script, const struct statement *first)
{
    return run_in(script, first, NULL);
}

int script_run_block(struct script *script, const struct block *block, const char *const *words,
                     size_t count)
{
    struct scope scope = {.words = words, .count = count > 0 ? count - 1 : 0};
    return run_in(script, block->body, &scope);
}

bool script_count(const struct script_call *call, size_t steps)
{
    return count_steps(call->script, call->statement, steps);
}

int script_continue(const struct script_call *call, const struct statement *first)
{
    int status = run_list(call->script, first);
    return status == 0 ? 0 : SCRIPT_STATUS + status;
}

bool script_has_place(const struct script *script, const struct statement *statement)
{
    return statement->file != script->typed;
}

int script_fail(const struct script_call *call, int error, const char *what)
{
    const struct statement *statement = call->statement;
    if (!script_has_place(call->script, statement)) {
        return fail(call->script->log, error, "%.60s: %s", call->words[0], what);
    }
    return fail(call->script->log, error, "%s:%u: %.60s: %s", statement->file, statement->line,
                call->words[0], what);
}
