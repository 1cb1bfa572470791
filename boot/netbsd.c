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

/* The partition's letter, of those that begin with `first`; "" for a whole disk or mirror. */
static void put_letter(char letter[2], const struct partition *partition)
{
    letter[0] = letter[1] = '\0';
    if (partition->kind == PARTITION_BSD) {
        letter[0] = (char)('a' + partition->index);
    } else if (partition->kind == PARTITION_MBR) {
        letter[0] = (char)(FIRST_SLICE + partition->index);
    }
}

/*
 * NetBSD's name of a place; names have no more room than they need:
 *
 *      xbd0     a whole disk           xbd0e    the first partition of an MBR, without a label
 *      xbd0a    a of a disklabel       dk0      the first wedge, which is the first of a GPT
 *      raid0a   the same in a mirror
 *
 * Wedges count on from disk to disk. Those of later disks are not guessed at: "".
 */
static void place_name(const struct place *place, char *name, size_t size)
{
    const struct partition *partition = place->partition;
    const struct partition *parent = partition->parent;
    unsigned unit = place->disk->number;
    char letter[2];
    put_letter(letter, partition);
    if (partition->mirror.unit >= 0) {
        (void)snprintf(name, size, "raid%da", partition->mirror.unit);
    } else if (parent != NULL && parent->mirror.unit >= 0) {
        (void)snprintf(name, size, "raid%d%s", parent->mirror.unit, letter);
    } else if (partition->kind == PARTITION_GPT && unit == 0) {
        (void)snprintf(name, size, "dk%u", partition->order);
    } else if (partition->kind != PARTITION_GPT) {
        (void)snprintf(name, size, "xbd%u%s", unit, letter);
    }
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
