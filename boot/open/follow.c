/* SPDX-License-Identifier: BSD-2-Clause */
/* A config that opens another one in its place, as EFI's grub.cfg does. */
#include "boot/open/open.h"
#include "boot/search.h"
#include "lib/error.h"
#include "lib/log.h"

enum { OPEN_LIMIT = 16 /* configs, one opening the next */ };

struct context open_context(const struct search *search, struct place *place)
{
    return (struct context){.machine = search->machine,
                            .devices = search->devices,
                            .arena = search->arena,
                            .log = search->log,
                            .user = search->user,
                            .settings = search->settings,
                            .inheritance = search->inheritance,
                            .plan = {.root = place}};
}

int open_following(const struct search *search, struct config *config, struct place **home,
                   const char *path, bool quiet)
{
    struct search next = *search;
    const char *rest = path;
    for (unsigned i = 0; i < OPEN_LIMIT && *home != NULL; i++) {
        struct context context = open_context(&next, *home);
        int result = open_config(config, rest, quiet, &context);
        if (result != COMMAND_CONFIG) {
            return result;
        }
        quiet = false;
        path = context.next_config;
        *home = devices_resolve(search->devices, context.plan.root, path, &rest);
        next.inheritance = context.inheritance;
    }
    return *home == NULL ? ERR_NOT_FOUND
                         : fail(search->log, ERR_LOOP, "%s: over %d menus have opened each other",
                                path, (int)OPEN_LIMIT);
}
