/* SPDX-License-Identifier: BSD-2-Clause */
/* session->user: output in pages, and questions. */
#include <string.h>

#include "boot/session/session.h"
#include "lib/error.h"
#include "menu/view/prompt.h"
#include "pvops/machine.h"

static struct session *session_of(struct user *user)
{
    return (struct session *)((char *)user - offsetof(struct session, user));
}

void user_begin(struct session *session)
{
    bool pages = session->settings.paging && session->attended;
    pager_open(&session->pager, session->columns, pages ? session->rows : 0);
}

/* ---- output --------------------------------------------------------------------------------- */

/* Asks whether to go on. The question makes room for what follows. */
static void ask_to_go_on(struct session *session)
{
    terminal_send(session, pager_question);
    while (session->pager.state == PAGER_ASKS) {
        (void)pager_key(&session->pager, terminal_wait(session));
    }
    terminal_send(session, "\r\x1B[K");
}

static bool print(struct user *user, const char *line)
{
    struct session *session = session_of(user);
    while (pager_line(&session->pager, line) == PAGER_ASKS) {
        ask_to_go_on(session);
    }
    if (session->pager.state == PAGER_ENDED) {
        return false;
    }
    terminal_send(session, line);
    terminal_send(session, "\r\n");
    return true;
}

static void clear(struct user *user)
{
    terminal_send(session_of(user), "\x1B[2J\x1B[H");
}

/* ---- questions ------------------------------------------------------------------------------ */

static int key(struct user *user)
{
    struct session *session = session_of(user);
    return session->machine->unattended ? KEY_NONE : terminal_wait(session);
}

static void pause(struct user *user, unsigned seconds)
{
    struct session *session = session_of(user);
    uint64_t deadline = terminal_now(session) + seconds * UINT64_C(1000);
    while (!session->machine->unattended && terminal_key(session, deadline) == KEY_CURSOR) {
    }
}

static int read_answer(struct session *session, struct prompt *prompt)
{
    enum prompt_action action;
    prompt_draw_anew(prompt);
    do {
        action = prompt_key(prompt, terminal_wait(session));
        prompt_draw(prompt);
    } while (action != PROMPT_RUN && action != PROMPT_LEAVE);
    terminal_send(session, "\r\n");
    return action == PROMPT_RUN ? 0 : ERR_DENIED;
}

static int ask(struct user *user, const char *question, bool secret, char *answer, size_t size)
{
    struct session *session = session_of(user);
    struct arena *arena = session->machine->arena;
    size_t mark = arena_mark(arena);
    struct prompt prompt;
    if (!session->attended) {
        return ERR_NOT_FOUND;
    }
    int error = prompt_create(&prompt, question, size, session->columns, arena, &session->output);
    if (error == 0) {
        prompt.secret = secret;
        error = read_answer(session, &prompt);
    }
    if (error == 0) {
        memcpy(answer, prompt.line.text, prompt.line.length + 1); /* the NUL too */
    }
    arena_release(arena, mark);
    return error;
}

void user_open(struct session *session)
{
    session->user =
        (struct user){.print = print, .key = key, .ask = ask, .sleep = pause, .clear = clear};
    user_begin(session);
}
