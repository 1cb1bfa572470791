/* SPDX-License-Identifier: BSD-2-Clause */
/* The prompt: lines are read, completed and run, and what they make of the plan is kept. */
#include <stdio.h>
#include <string.h>

#include "boot/commands/context.h"
#include "boot/complete.h"
#include "boot/grub/grub.h"
#include "boot/session/session.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/grammar/grammar.h"
#include "menu/view/prompt.h"
#include "pvops/machine.h"

enum {
    LINE_SIZE = 2048, /* bytes: twice a kernel's command line */
    ROW_SIZE = 1024,
};

static const char prompt_text[] = "pvboot> ";

struct shell {
    struct session *session;
    struct context context;
    struct starter starter;
    struct prompt prompt;
    struct grub *grub; /* whose language it takes; NULL: no memory for it, only single commands */
    struct grub_typed typed;
};

/* ---- completion ----------------------------------------------------------------------------- */

static size_t widest_of(const struct completion *completion)
{
    size_t widest = 0;
    for (size_t i = 0; i < completion->count; i++) {
        widest = max_u64(widest, strlen(completion->candidates[i]));
    }
    return widest;
}

/* `count` names side by side; what does not fit into the row is cut. */
static void format_row(char row[ROW_SIZE], const char *const *names, size_t count, size_t width)
{
    size_t used = 0;
    for (size_t i = 0; i < count && used < ROW_SIZE; i++) {
        used += (size_t)snprintf(row + used, ROW_SIZE - used, "%-*s", (int)width, names[i]);
    }
}

/* Prints the candidates in columns, under the line. */
static void print_candidates(struct shell *shell, const struct completion *completion)
{
    size_t width = widest_of(completion) + 1;
    size_t in_row = max_u64(shell->session->columns / width, 1);
    bool more = true;
    terminal_send(shell->session, "\r\n");
    user_begin(shell->session);
    for (size_t i = 0; more && i < completion->count; i += in_row) {
        char row[ROW_SIZE];
        format_row(row, completion->candidates + i, min_u64(in_row, completion->count - i), width);
        more = context_print(&shell->context, "%s", row);
    }
    prompt_draw_anew(&shell->prompt);
}

static const struct script *script_of(const struct grub *grub)
{
    return grub != NULL ? &grub->script : NULL;
}

static void complete_line(struct shell *shell)
{
    struct session *session = shell->session;
    struct arena *arena = session->machine->arena;
    size_t mark = arena_mark(arena);
    struct line *line = &shell->prompt.line;
    struct completion completion;
    int error = complete(&completion, line->text, line->cursor, &session->devices,
                         shell->context.plan.root, script_of(shell->grub), arena);
    if (error == 0 && completion.addition[0] != '\0') {
        line_insert(line, completion.addition, strlen(completion.addition));
    } else if (error == 0 && completion.count > 1) {
        print_candidates(shell, &completion);
    }
    arena_release(arena, mark);
}

/* ---- running -------------------------------------------------------------------------------- */

static int start(struct starter *starter, const struct plan *plan)
{
    struct shell *shell = (struct shell *)((char *)starter - offsetof(struct shell, starter));
    struct session *session = shell->session;
    host_report(&session->host, "loading", plan->kernel);
    int error = attempt_plan(session, plan);
    if (error != 0) {
        attempt_failed(session, plan->kernel, error);
    }
    return error;
}

/* A single command. */
static int run_command(struct shell *shell, char *line)
{
    struct command command;
    command_parse(&command, line, &boot_cfg);
    return command.name[0] == '\0' ? 0 : command_run(&shell->context, &command);
}

/* Runs what was typed. Returns 0 to go on, or COMMAND_MENU to leave. */
static int run_line(struct shell *shell, char *line)
{
    struct session *session = shell->session;
    struct context *context = &shell->context;
    user_begin(session);
    int result = shell->grub != NULL ? grub_type_line(shell->grub, &shell->typed, line, context)
                                     : run_command(shell, line);
    shell->prompt.text = result == GRUB_MORE ? "> " : prompt_text;
    if (result == COMMAND_CONFIG) {
        int error = session_open_config(session, context->plan.root, context->next_config,
                                        context->inheritance);
        result = error == 0 ? COMMAND_MENU : error;
    }
    messages_clear(&session->messages); /* they were seen here */
    return result == COMMAND_MENU || session->ended ? COMMAND_MENU : 0;
}

/* Files are only ever added to a plan, or all dropped for others. */
static bool is_same(const struct plan *a, const struct plan *b)
{
    return a->root == b->root && a->root_device == b->root_device && a->kernel == b->kernel &&
           a->arguments == b->arguments && a->initrd_count == b->initrd_count &&
           a->module_count == b->module_count;
}

/*
 * Reads and runs one line. Its memory is kept only where the plan may point into it, or a config
 * lies in it.
 */
static int take_line(struct shell *shell)
{
    struct session *session = shell->session;
    struct arena *arena = session->machine->arena;
    size_t mark = arena_mark(arena);
    const char *text = shell->prompt.line.text;
    const struct plan before = shell->context.plan;
    terminal_send(session, "\r\n");
    history_add(&session->history, text);
    char *copy = arena_copy(arena, text, strlen(text));
    line_set(&shell->prompt.line, "");
    if (copy == NULL) {
        return COMMAND_MENU;
    }
    int result = run_line(shell, copy);
    if (result == 0 && is_same(&before, &shell->context.plan)) {
        arena_release(arena, mark);
    }
    prompt_draw_anew(&shell->prompt);
    return result;
}

/* ---- the loop ------------------------------------------------------------------------------- */

/* The terminal has reported its width. Returns 0 to go on. */
static int resize(struct shell *shell)
{
    struct session *session = shell->session;
    if (prompt_resize(&shell->prompt, session->columns, session->machine->arena) != 0) {
        return COMMAND_MENU;
    }
    terminal_send(session, "\r\x1B[K");
    prompt_draw_anew(&shell->prompt);
    return 0;
}

/* Returns 0 to go on. */
static int take_key(struct shell *shell)
{
    int key = terminal_key(shell->session, UINT64_MAX);
    if (key == KEY_CURSOR) {
        return resize(shell);
    }
    if (key == KEY_CONTROL('L')) {
        terminal_send(shell->session, "\x1B[2J\x1B[H");
        prompt_draw_anew(&shell->prompt);
        return 0;
    }
    switch (prompt_key(&shell->prompt, key)) {
    case PROMPT_RUN:
        return take_line(shell);
    case PROMPT_LEAVE:
        return shell->session->config.entry_count > 0 ? COMMAND_MENU : 0;
    case PROMPT_COMPLETE:
        complete_line(shell);
        break;
    case PROMPT_WAIT:
        break;
    }
    prompt_draw(&shell->prompt);
    return 0;
}

/* The config's, where that is one: its variables and functions are known. */
static void open_script(struct shell *shell)
{
    struct arena *arena = shell->session->machine->arena;
    size_t mark = arena_mark(arena);
    shell->grub = shell->session->config.grub;
    if (shell->grub == NULL && grub_open_prompt(&shell->grub, &shell->context) != 0) {
        arena_release(arena, mark);
        shell->grub = NULL;
    }
}

static int run(struct session *session, struct arena *arena)
{
    struct shell *shell = arena_alloc(arena, sizeof *shell);
    if (shell == NULL) {
        return ERR_NO_MEMORY;
    }
    const struct entry *entry =
        session->config.entry_count > 0 ? menu_selected(&session->menu) : NULL;
    *shell = (struct shell){
        .session = session, .context = session_context(session, entry), .starter.start = start};
    shell->context.starter = &shell->starter;
    if (prompt_create(&shell->prompt, prompt_text, LINE_SIZE, session->columns, arena,
                      &session->output) != 0) {
        return ERR_NO_MEMORY;
    }
    open_script(shell);
    shell->prompt.history = &session->history;
    history_end(&session->history);
    host_report(&session->host, "prompt", "");
    terminal_send(session, "Type help for the commands, menu to leave. Tab completes.\r\n");
    prompt_draw_anew(&shell->prompt);
    while (take_key(shell) == 0) {
    }
    terminal_send(session, "\r\n");
    return 0;
}

int shell_run(struct session *session)
{
    struct arena *arena = session->machine->arena;
    size_t mark = arena_mark(arena);
    const char *before = session->config.name;
    int error = run(session, arena);
    if (session->config.name == before) { /* another config would lie above the mark */
        arena_release(arena, mark);
    }
    return error == 0
               ? 0
               : fail(&session->messages.log, error, "there is no memory for the command line");
}
