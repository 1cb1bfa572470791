/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot ls PATH: "-rw-r--r--        1234  2026-11-24 12:00  name -> target" */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "fs/subject.h"
#include "tool/print.h"
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
    print_line("%s %12lu  %s  %s%s%s", mode, node->size, when, name,
               node->type == NODE_LINK ? " -> " : "", target);
    return error;
}

static int print_entry(struct node *directory, const struct dir_entry *entry)
{
    struct node node;
    int error = node_load(directory->volume, entry->id, &node);
    return error != 0 ? error : print_node(&node, entry->name);
}

/* A damaged entry is said, and does not hide the others. */
static int print_directory(struct node *directory, struct subject *subject)
{
    struct dir_entry entry;
    uint64_t cursor = 0;
    int found, first_error = 0;
    while ((found = directory->volume->type->next(directory, &cursor, &entry)) > 0) {
        size_t before = subject_enter(subject, entry.name);
        int error = print_entry(directory, &entry);
        first_error = first_error != 0 ? first_error : error;
        subject_leave(subject, before);
    }
    return found != 0 ? found : first_error;
}

int tool_ls(struct tool *tool, char *const *arguments)
{
    struct subject subject;
    struct node node;
    if (tool->json) {
        return tool_ls_json(tool, arguments[0]);
    }
    int error = tool_find(tool, arguments[0], &node);
    if (error != 0) {
        return EXIT_FAILURE;
    }
    subject_begin(&subject, node.volume, arguments[0]);
    error = node.type == NODE_DIRECTORY ? print_directory(&node, &subject)
                                        : print_node(&node, arguments[0]);
    subject_end(&subject);
    return error == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
