/* SPDX-License-Identifier: BSD-2-Clause */
/* What somebody types at a prompt: lines, until they are whole statements. */
#include <string.h>

#include "boot/commands/commands.h"
#include "boot/grub/grub.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/grub_cfg/parse.h"

static void drop_line(struct log *log, const char *text)
{
    (void)log;
    (void)text;
}

/* False: there is no room for the line. */
static bool append(struct grub_typed *typed, const char *line)
{
    size_t length = strlen(line);
    if (typed->length + length + 2 > sizeof typed->text) {
        return false;
    }
    memcpy(typed->text + typed->length, line, length);
    typed->length += length;
    typed->text[typed->length++] = '\n';
    typed->text[typed->length] = '\0';
    return true;
}

/* Does the text end where more must follow? */
static bool is_open(struct grub *grub, const char *text)
{
    struct arena *arena = &grub->script.function_memory;
    struct log nobody = {.line = drop_line};
    struct statement *first;
    size_t mark = arena_mark(arena);
    int error = grub_cfg_parse(&first, "", text, strlen(text), arena, &nobody);
    arena_release(arena, mark);
    return error == ERR_TRUNCATED;
}

/* What has made no function and no user gives its memory back. */
static int run(struct grub *grub, const char *text)
{
    struct script *script = &grub->script;
    const struct block *block;
    size_t mark = arena_mark(&script->function_memory);
    unsigned definitions = script->definitions, user_changes = grub->user_changes;
    script->typed = "typed";
    int result = grub_parse_block(grub, &block, script->typed, text);
    if (result == 0) {
        result = script_run(script, block->body);
        grub_end_line(grub);
    }
    script->typed = NULL;
    if (script->definitions == definitions && grub->user_changes == user_changes) {
        arena_release(&script->function_memory, mark);
    }
    return result;
}

int grub_type_line(struct grub *grub, struct grub_typed *typed, const char *line,
                   struct context *context)
{
    if (!append(typed, line)) {
        typed->length = 0;
        return fail(context->log, ERR_TOO_LARGE, "what was typed is too long");
    }
    if (is_open(grub, typed->text)) {
        return GRUB_MORE;
    }
    typed->length = 0;
    grub->context = context;
    int result = run(grub, typed->text);
    grub->context = NULL;
    return result;
}

int grub_open_prompt(struct grub **opened, struct context *context)
{
    struct grub *grub = arena_alloc(context->arena, sizeof *grub);
    if (grub == NULL) {
        return ERR_NO_MEMORY;
    }
    grub->context = context;
    int error = grub_open_script(grub, context);
    if (error == 0) {
        error = grub_set_variables(grub, NULL);
    }
    grub->context = NULL;
    grub->arena = &grub->script.function_memory;
    *opened = grub;
    return error;
}
