/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/netbsd.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "boot/plan.h"
#include "lib/arena.h"
#include "lib/log.h"
#include "pvops/disk.h"

enum {
    COMMAND_LINE_LIMIT = 255,
    FIRST_SLICE = 'e', /* the letter that NetBSD gives to the first partition of an MBR */
};

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

/*
 * NetBSD's name of a place: "xbd0" for a whole disk, "xbd0a" for partition a of a disklabel,
 * "xbd0e" for the first partition of an MBR without one.
 */
static void place_name(const struct place *place, char *name, size_t size)
{
    const char *text = place->partition->slice.source.name; /* "(hd0)", "(hd0,1)", "(hd0,0,a)" */
    const char *comma = strrchr(text, ',');
    const char *unit = place->disk->name + strlen("hd");
    char letter[2] = "";
    if (comma != NULL) {
        letter[0] = (char)(comma[1] >= 'a' ? comma[1] : FIRST_SLICE + comma[1] - '0');
    }
    (void)snprintf(name, size, "xbd%s%s", unit, letter); /* fits */
}

/* The root device as NetBSD wants it said, or "". */
static void root_device(const struct plan *plan, char *name, size_t size)
{
    name[0] = '\0';
    if (plan->root_device != NULL) {
        (void)snprintf(name, size, "%s", plan->root_device); /* cut: no device is called so */
    } else if (plan->kernel_root != NULL) {
        place_name(plan->kernel_root, name, size);
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

const char *netbsd_command_line(const struct plan *plan, struct arena *arena, struct log *log)
{
    char root[128];
    const char *arguments = plan->arguments;
    root_device(plan, root, sizeof root);
    bool said = has_word(arguments, "root=") || has_word(arguments, "bootdev=");
    bool leads = !said && root[0] != '\0';
    char *line =
        arena_format(arena, "%s%s %s", leads ? "bootdev=" : "", leads ? root : "", arguments);
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
