/* SPDX-License-Identifier: BSD-2-Clause */
/* The menu in front of a person, and of the host: until an entry is chosen, or time runs out. */
#include "boot/grub/grub.h"
#include "boot/passwords.h"
#include "boot/session/session.h"
#include "boot/trace.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/machine.h"

enum { HOST_INTERVAL = 250 /* milliseconds between two looks for what the host says */ };

/* The password opens the menu, or another one. */
static void unlock(struct session *session)
{
    const struct password *password = &session->config.password;
    struct menu *menu = &session->menu;
    struct log *log = &session->messages.log;
    messages_clear(&session->messages);
    int error = password_check(password->text, menu->answer.text, session->machine->arena, log);
    if (error == ERR_DENIED) {
        log_line(log, "Wrong password.");
    }
    if (error == 0 && password->file != NULL) {
        error = session_open_config(session, session->home, password->file, NULL);
        if (error == 0) {
            menu_open(menu, &session->config, session->config.default_entry, TIMEOUT_NEVER);
        }
    } else if (error == 0) {
        session->settings.unlocked = true;
        menu->locked = false;
    }
}

/* A superuser may edit entries, and use the command line. */
static void login(struct session *session)
{
    struct context context = session_context(session, NULL);
    messages_clear(&session->messages);
    terminal_end_screen(session);
    if (grub_authorize(session->config.grub, &context, NULL, "the menu") == 0) {
        session->settings.unlocked = true;
        session->menu.locked = false;
    }
}

/* What the menu itself does not do. Returns whether something is to be booted. */
static bool act(struct session *session, enum menu_action action)
{
    switch (action) {
    case MENU_BOOT:
        return true;
    case MENU_EDIT:
        edit_entry(session, menu_selected(&session->menu));
        break;
    case MENU_PROMPT:
        terminal_end_screen(session);
        (void)shell_run(session); /* it has said why it did not open */
        host_report(&session->host, "menu", "");
        break;
    case MENU_LIST:
        session_list_menus(session);
        break;
    case MENU_UNLOCK:
        unlock(session);
        return false;
    case MENU_LOGIN:
        login(session);
        break;
    case MENU_REDRAW:
        break;
    case MENU_WAIT:
        return false;
    }
    if (!session->ended) {
        terminal_begin_screen(session);
    }
    return false;
}

/* The editor or the prompt may have opened another config. */
static void follow_config(struct session *session, const char *before)
{
    if (session->config.name != before) {
        menu_open(&session->menu, &session->config, session->config.default_entry, TIMEOUT_NEVER);
        host_report_entries(&session->host, &session->config);
    }
}

static enum menu_action look_at_host(struct session *session)
{
    struct menu *menu = &session->menu;
    size_t number = menu_selected(menu)->number, wanted = number;
    if (host_asks(&session->host, &session->config, &wanted, &menu->seconds)) {
        menu->hidden = menu->hidden && menu->seconds != TIMEOUT_NEVER;
    }
    if (wanted != number) {
        menu_select(menu, entry_find(session->config.root, wanted));
    }
    return menu_expired(menu) ? MENU_BOOT : MENU_WAIT;
}

/* Waits for a key, a second, or the host. */
static enum menu_action wait(struct session *session, uint64_t *second)
{
    uint64_t now = terminal_now(session);
    int key = terminal_key(session, min_u64(*second, now + HOST_INTERVAL));
    if (key == KEY_CURSOR) {
        return MENU_REDRAW;
    }
    if (key != KEY_NONE) {
        return menu_key(&session->menu, key);
    }
    if (terminal_now(session) >= *second) {
        *second += 1000;
        return menu_second(&session->menu);
    }
    return look_at_host(session);
}

static void draw(struct session *session)
{
    session->menu.messages = session->messages.lines;
    session->menu.message_count = session->messages.count;
    menu_draw(&session->menu, &session->screen);
}

void choose_entry(struct session *session)
{
    trace_enter(session->machine, TRACE_MENU);
    uint64_t second = terminal_now(session) + 1000;
    bool boots = false;
    if (menu_expired(&session->menu)) {
        return; /* it never shows */
    }
    host_report_entries(&session->host, &session->config);
    terminal_begin_screen(session);
    while (!boots && !session->ended) {
        const char *before = session->config.name;
        draw(session);
        boots = act(session, wait(session, &second));
        follow_config(session, before);
    }
    if (!session->ended) {
        terminal_end_screen(session);
    }
}
