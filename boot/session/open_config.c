/* SPDX-License-Identifier: BSD-2-Clause */
/* The config that is open, and the one that it gives way to. */
#include "boot/menus.h"
#include "boot/search.h"
#include "boot/session/session.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/machine.h"

enum { OPEN_LIMIT = 16 /* configs, one opening the next, while nobody presses a key */ };

struct search session_search(struct session *session)
{
    return (struct search){.machine = session->machine,
                           .options = &session->options,
                           .devices = &session->devices,
                           .settings = &session->settings,
                           .user = &session->user,
                           .arena = session->machine->arena,
                           .log = &session->messages.log};
}

int session_open_config(struct session *session, struct place *root, const char *path,
                        const struct grub_inheritance *inheritance)
{
    struct log *log = &session->messages.log;
    struct config config;
    struct place *home;
    if (++session->opened > OPEN_LIMIT) {
        return fail(log, ERR_LOOP, "%s: over %d menus have opened each other: press a key", path,
                    (int)OPEN_LIMIT);
    }
    struct search search = session_search(session);
    search.inheritance = inheritance;
    int error = search_open(&search, &config, &home, root, path);
    if (error == 0 && config.entry_count == 0) {
        return fail(log, ERR_NOT_FOUND, "%s: there is no entry in it", config.name);
    }
    if (error == 0) {
        session->config = config;
        session->home = home;
        session->settings.unlocked = false;
    }
    return error;
}

void session_list_menus(struct session *session)
{
    struct config config;
    int error = menus_config(&config, &session->devices, session->machine->arena);
    if (error != 0) {
        log_line(&session->messages.log, "no menu to choose from: %s", error_text(error));
        return;
    }
    session->config = config;
    session->home = NULL;
    session->settings.unlocked = false;
}
