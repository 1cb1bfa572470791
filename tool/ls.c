/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot ls PATH: "-rw-r--r--        1234  2026-11-24 12:00  name -> target" */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tool/tool.h"

static int print_node(struct node *node, const char *name)
{
    char mode[MODE_TEXT_SIZE], when[32] = "?", target[LINK_SIZE] = "";
    time_t seconds = (time_t)node->mtime;
    struct tm broken;
    node_mode_text(node, mode);
    if (gmtime_r(&seconds, &broken) != NULL) {
        (void)strftime(when, sizeof when, "%Y-%m-%d %H:%M",
                       &broken); /* the buffer is large enough */
    }
    int error = node->type == NODE_LINK ? node->volume->type->link(node, target) : 0;
    (void)printf("%s %12lu  %s  %s%s%s\n", mode, node->size, when, name,
                 node->type == NODE_LINK ? " -> " : "", target);
    return error;
}

/* A damaged entry is said, and does not hide the others. */
static int print_directory(struct node *directory)
{
    static struct dir_entry entry;
    uint64_t cursor = 0;
    int found, first_error = 0;
    while ((found = directory->volume->type->next(directory, &cursor, &entry)) > 0) {
        struct node node;
        int error = node_load(directory->volume, entry.id, &node);
        error = error != 0 ? error : print_node(&node, entry.name);
        first_error = first_error != 0 ? first_error : error;
    }
    return found != 0 ? found : first_error;
}

int tool_ls(struct tool *tool, char *const *arguments)
{
    struct node node;
    int error = tool_find(tool, arguments[0], &node);
    if (error == 0) {
        error =
            node.type == NODE_DIRECTORY ? print_directory(&node) : print_node(&node, arguments[0]);
    }
    return error == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
