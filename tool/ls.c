/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot ls PATH: "-rw-r--r--        1234  2026-11-24 12:00  name -> target" */
#include <stdlib.h>
#include <time.h>

#include "tool/print.h"
#include "tool/tool.h"

static void print_node(const struct pvboot_node *node, const char *name)
{
    char when[32] = "?";
    time_t seconds = (time_t)node->mtime;
    struct tm broken;
    if (gmtime_r(&seconds, &broken) != NULL) {
        (void)strftime(when, sizeof when, "%Y-%m-%d %H:%M",
                       &broken); /* the buffer is large enough */
    }
    print_line("%s %12lu  %s  %s%s%s", node->mode_text, node->size, when, name,
               node->target != NULL ? " -> " : "", node->target != NULL ? node->target : "");
}

/* A damaged entry is said, and does not hide the others. */
static int print_directory(struct tool *tool, const char *path)
{
    const struct pvboot_node *node;
    struct pvboot_walk *walk;
    int found, status = STATUS_GOOD;
    if (pvboot_walk_open(tool->pvboot, path, 0, &walk) != 0) {
        return STATUS_BAD;
    }
    while ((found = pvboot_walk_next(walk, &node)) != 0) {
        if (found > 0) {
            print_node(node, node->name);
        } else {
            status = STATUS_BAD;
        }
    }
    pvboot_walk_close(walk);
    return status;
}

int tool_ls(struct tool *tool, char *const *arguments)
{
    const struct pvboot_node *node;
    if (tool->json) {
        return tool_ls_json(tool, arguments[0]);
    }
    if (pvboot_stat(tool->pvboot, arguments[0], &node) != 0) {
        return STATUS_BAD;
    }
    if (node->type == PVBOOT_DIRECTORY) {
        return print_directory(tool, arguments[0]);
    }
    print_node(node, arguments[0]);
    return STATUS_GOOD;
}
