/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/grub/grub.h"

#include <string.h>

#include "boot/commands/commands.h"
#include "boot/commands/context.h"
#include "boot/devices.h"
#include "boot/starter.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/config.h"
#include "menu/grub_cfg/parse.h"

/* ---- opening -------------------------------------------------------------------------------- */

/* What a script's end means for its config: its own limits are logged, and end nothing else. */
static int answer_of(int ended)
{
    return ended == COMMAND_CONFIG ? ended : 0;
}

/*
 * A submenu's entries are made at once, for they have numbers; in a context of its own, which what
 * was exported is seen in.
 */
static int fill(struct grub *grub, struct entry *submenu)
{
    int error = variables_push(&grub->script.variables);
    if (error != 0) {
        return error;
    }
    grub->level = submenu;
    (void)script_run_block(&grub->script, submenu->block, submenu->words, submenu->word_count);
    for (struct entry *entry = submenu->first; error == 0 && entry != NULL; entry = entry->next) {
        error = entry->is_submenu ? fill(grub, entry) : 0;
    }
    variables_pop(&grub->script.variables);
    return error;
}

static int fill_all(struct grub *grub, struct entry *root)
{
    for (struct entry *entry = root->first; entry != NULL; entry = entry->next) {
        int error = entry->is_submenu ? fill(grub, entry) : 0;
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* A config without entries whose commands name a kernel is one entry. */
static int add_itself(struct grub *grub, struct config *config, const struct config_text *text,
                      struct statement *first)
{
    struct entry *entry = arena_alloc(grub->arena, sizeof *entry);
    struct block *block = arena_alloc(grub->arena, sizeof *block);
    if (entry == NULL || block == NULL) {
        return ERR_NO_MEMORY;
    }
    *block = (struct block){.text = text->bytes, .length = text->length, .body = first};
    *entry = (struct entry){.title = config->name, .block = block};
    entry_add(config->root, entry);
    config->timeout = 0;
    return 0;
}

/* Runs the config itself, and then its submenus. */
static int run(struct grub *grub, struct config *config, const struct config_text *text)
{
    struct context *context = grub->context;
    struct statement *first = NULL;
    if (grub_cfg_parse(&first, text->name, text->bytes, text->length, grub->arena, context->log) ==
        ERR_NO_MEMORY) {
        return ERR_NO_MEMORY;
    }
    grub->level = config->root;
    int answer = answer_of(script_run(&grub->script, first));
    grub_end_line(grub);
    if (answer != 0) {
        return answer;
    }
    if (config->root->count == 0 && context->plan.kernel != NULL) {
        return add_itself(grub, config, text, first);
    }
    return fill_all(grub, config->root);
}

static int start_nothing(struct starter *starter, const struct plan *plan)
{
    (void)starter;
    (void)plan;
    return 0; /* `boot` ends a config that is only being opened */
}

static int open_within(struct grub *grub, struct config *config, const struct config_text *text)
{
    int error = grub_open_script(grub, grub->context);
    if (error == 0) {
        error = grub_set_variables(grub, config);
    }
    if (error == 0) {
        error = run(grub, config, text);
    }
    if (error != 0) {
        return error;
    }
    config->entry_count = entry_number_all(config->root);
    error = grub_take_variables(grub, config);
    config_finish(config, grub->context->log);
    return error;
}

int grub_open(struct config *config, const struct config_text *text, struct context *context)
{
    struct starter nobody = {.start = start_nothing};
    struct grub *grub = arena_alloc(context->arena, sizeof *grub);
    if (grub == NULL) {
        return ERR_NO_MEMORY;
    }
    grub->context = context;
    grub->arena = context->arena;
    context->starter = &nobody;
    context->config = config;
    config->grub = grub;
    context->devices->counts_from_one = true;
    int error = open_within(grub, config, text);
    context->devices->counts_from_one = false;
    grub->arena = &grub->script.function_memory;
    grub->context = NULL;
    grub->level = NULL;
    return error;
}

int grub_parse_block(struct grub *grub, const struct block **made, const char *name,
                     const char *text)
{
    struct arena *arena = &grub->script.function_memory;
    struct log *log = grub->script.log;
    struct block *block = arena_alloc(arena, sizeof *block);
    char *copy = arena_copy(arena, text, strlen(text));
    if (block == NULL || copy == NULL) {
        return fail(log, ERR_NO_MEMORY, "%s: the script has no memory for more text", name);
    }
    *block = (struct block){.text = copy, .length = strlen(copy)};
    *made = block;
    return grub_cfg_parse(&block->body, name, copy, block->length, arena, log);
}

/* ---- running an entry ----------------------------------------------------------------------- */

static int set_chosen(struct grub *grub, const struct entry *entry)
{
    struct variables *variables = &grub->script.variables;
    const char *name = grub_name_entry(entry, grub->context->arena);
    int error = name != NULL ? variables_set(variables, "chosen", name) : ERR_NO_MEMORY;
    return error != 0 ? error : variables_export(variables, "chosen");
}

/* The contexts of the submenus that an entry is in, as they were when these made it. */
static int enter(struct grub *grub, const struct entry *submenu)
{
    struct entry forgotten = {0};
    if (submenu == NULL || submenu->block == NULL) {
        return 0; /* the root */
    }
    int error = enter(grub, submenu->parent);
    if (error == 0) {
        error = set_chosen(grub, submenu);
    }
    if (error == 0) {
        error = variables_push(&grub->script.variables);
    }
    if (error != 0) {
        return error;
    }
    grub->level = &forgotten;
    (void)script_run_block(&grub->script, submenu->block, submenu->words, submenu->word_count);
    return 0;
}

/* The end of an entry: the kernel that was named is started. */
static int finish(const struct grub *grub)
{
    const struct context *context = grub->context;
    if (context->plan.kernel != NULL) {
        return context_start(context);
    }
    return grub->error != 0 ? grub->error
                            : fail(context->log, ERR_INVALID, "%s: the entry names no kernel",
                                   context->config->name);
}

static int run_entry(struct grub *grub, const struct entry *entry)
{
    struct entry forgotten = {0};
    int result = enter(grub, entry->parent);
    if (result == 0) {
        result = set_chosen(grub, entry);
    }
    if (result != 0) {
        return result;
    }
    grub->level = &forgotten;
    grub->error = 0;
    result = script_run_block(&grub->script, entry->block, entry->words, entry->word_count);
    grub_end_line(grub);
    return result != 0 ? result : finish(grub);
}

/* What an entry changes goes when it could not be booted. */
int grub_run_entry(struct context *context)
{
    struct grub *grub = context->config->grub;
    struct variables *variables = &grub->script.variables;
    struct environment *before = variables->environment;
    grub->context = context;
    int result = grub_authorize_entry(grub, context, context->entry);
    if (result == 0) {
        result = variables_fork(variables);
    }
    if (result == 0) {
        context->devices->counts_from_one = true;
        result = run_entry(grub, context->entry);
        context->devices->counts_from_one = false;
    }
    while (variables->environment != before) {
        variables_pop(variables);
    }
    grub->context = NULL;
    grub->level = NULL;
    return result;
}
