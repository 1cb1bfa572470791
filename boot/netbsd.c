/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/netbsd.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "boot/devices.h"
#include "boot/netbsd_name.h"
#include "boot/plan.h"
#include "lib/arena.h"
#include "lib/log.h"

enum { COMMAND_LINE_LIMIT = 255 };

bool netbsd_is(const char *guest_os)
{
    return strncasecmp(guest_os, "netbsd", 6) == 0;
}

/* Is there a word that begins so? */
static bool has_word(const char *line, const char *beginning)
{
    size_t length = strlen(beginning);
    for (const char *at = line; *at != '\0'; at += strcspn(at, " "), at += strspn(at, " ")) {
        if (strncmp(at, beginning, length) == 0) {
            return true;
        }
    }
    return false;
}

/* The root device as NetBSD wants it said, or "". */
static void root_device(const struct plan *plan, struct devices *devices, struct log *log,
                        char *name, size_t size)
{
    if (plan->root_device != NULL) {
        (void)snprintf(name, size, "%s", plan->root_device); /* cut: no device is called so */
        return;
    }
    const struct place *place =
        plan->kernel_root != NULL ? plan->kernel_root : devices_first(devices);
    if (place == NULL) {
        return; /* and no kernel */
    }
    netbsd_name(devices, place, name, size);
    if (name[0] == '\0') {
        log_line(log, "%s: NetBSD has no name for it, and is not told its root device",
                 place->partition->slice.source.name);
    }
}

/* NetBSD splits at each blank: one between two words is enough. */
static void squeeze(char *line)
{
    char *to = line;
    for (const char *from = line; *from != '\0'; from++) {
        if (*from != ' ' || (to > line && to[-1] != ' ')) {
            *to++ = *from;
        }
    }
    to -= to > line && to[-1] == ' ' ? 1 : 0;
    *to = '\0';
}

const char *netbsd_command_line(const struct plan *plan, struct devices *devices,
                                struct arena *arena, struct log *log)
{
    char root[128] = "";
    const char *arguments = plan->arguments;
    if (!has_word(arguments, "root=") && !has_word(arguments, "bootdev=")) {
        root_device(plan, devices, log, root, sizeof root);
    }
    char *line = arena_format(arena, "%s%s %s", root[0] != '\0' ? "bootdev=" : "", root, arguments);
    if (line == NULL) {
        return NULL;
    }
    squeeze(line);
    if (strlen(line) > COMMAND_LINE_LIMIT) {
        log_line(log, "NetBSD reads %d characters of its command line, and not \"%s\"",
                 (int)COMMAND_LINE_LIMIT, line + COMMAND_LINE_LIMIT);
    }
    return line;
}
