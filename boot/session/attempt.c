/* SPDX-License-Identifier: BSD-2-Clause */
/* An attempt: an entry's commands, the plan that they make, its files, the next guest. */
#include <string.h>

#include "boot/load.h"
#include "boot/session/session.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/machine.h"

struct context session_context(struct session *session, const struct entry *entry)
{
    return (struct context){.machine = session->machine,
                            .devices = &session->devices,
                            .arena = session->machine->arena,
                            .log = &session->messages.log,
                            .user = &session->user,
                            .starter = &session->starter,
                            .settings = &session->settings,
                            .config = session->config.name != NULL ? &session->config : NULL,
                            .entry = entry,
                            .plan = {.root = session->home, .append = session->options.append}};
}

/* Why the machine cannot enter it is to be seen in the menu, too. */
static int enter(struct session *session, const struct next_kernel *next)
{
    struct machine *machine = session->machine;
    struct log *console = machine->log;
    terminal_drain(session);
    host_retract(&session->host);
    machine->log = &session->messages.log;
    int error = machine->enter(machine, next);
    machine->log = console;
    session->ended = error == 0;
    if (!session->ended && session->config.entry_count > 0) {
        host_report_entries(&session->host, &session->config);
    }
    return error;
}

void attempt_failed(struct session *session, const char *what, int error)
{
    const struct messages *messages = &session->messages;
    const char *reason =
        messages->count > 0 ? messages->lines[messages->count - 1] : error_text(error);
    host_report(&session->host, "failed", reason);
    log_line(&session->messages.log, "%s: not booted: %s", what, error_text(error));
}

int attempt_plan(struct session *session, const struct plan *plan)
{
    struct arena *arena = session->machine->arena;
    struct log *log = &session->messages.log;
    size_t mark = arena_mark(arena);
    struct loaded loaded;
    int error = load_plan(&loaded, plan, session->machine, &session->devices,
                          !session->settings.quiet, log);
    if (error == 0) {
        error = enter(session, &loaded.next);
    }
    arena_release(arena, mark);
    return error;
}

static int start(struct starter *starter, const struct plan *plan)
{
    struct session *session =
        (struct session *)((char *)starter - offsetof(struct session, starter));
    return attempt_plan(session, plan);
}

void attempt_open(struct session *session)
{
    session->starter.start = start;
}

int attempt_entry(struct session *session, const struct entry *entry)
{
    struct arena *arena = session->machine->arena;
    size_t mark = arena_mark(arena);
    struct context context = session_context(session, entry);
    host_report(&session->host, "loading", entry->title);
    terminal_send(session, "Booting: ");
    terminal_send(session, entry->title);
    terminal_send(session, "\r\n");
    user_begin(session);
    int result = commands_run_entry(&context);
    if (result == COMMAND_CONFIG) {
        int error = session_open_config(session, context.plan.root, context.next_config,
                                        context.inheritance);
        return error != 0 ? error : COMMAND_CONFIG; /* the memory is the config's now */
    }
    arena_release(arena, mark);
    if (result < 0) {
        attempt_failed(session, entry->title, result);
    }
    return result;
}
