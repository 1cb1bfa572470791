/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot stat PATH */
#include <stdlib.h>

#include "tool/json.h"
#include "tool/nodes.h"
#include "tool/print.h"
#include "tool/tool.h"

static void print_fields(const struct pvboot_node *node)
{
    char when[TIME_TEXT_SIZE];
    node_time_text(node->mtime, when);
    print_line("%s", node->path);
    print_line("  type     %s", node_type_name(node));
    print_line("  size     %lu bytes", node->size);
    print_line("  mode     %s (%04o)", node->mode_text, node->mode);
    print_line("  owner    %u, group %u", node->owner, node->group);
    print_line("  inode    %lu", node->inode);
    if (node->links > 0) {
        print_line("  names    %u", node->links);
    }
    print_line("  changed  %s.%09u", when, node->mtime_nanoseconds);
    if (node->type == PVBOOT_CHARACTERS || node->type == PVBOOT_BLOCKS) {
        print_line("  device   %u, %u", node->major, node->minor);
    }
    if (node->target != NULL) {
        print_line("  target   %s", node->target);
    }
}

static void put_fields(struct tool *tool, const char *path, const struct pvboot_node *node)
{
    struct json json = {0};
    json_open(&json, NULL, '{');
    json_text(&json, "path", path);
    if (node != NULL) {
        json_node(&json, "node", node);
    } else {
        json_text(&json, "node", NULL);
    }
    tool_put_errors(tool, &json);
    json_close(&json, '}');
    json_end();
}

int tool_stat(struct tool *tool, char *const *arguments)
{
    const struct pvboot_node *node = NULL;
    bool found = pvboot_stat(tool->pvboot, arguments[0], &node) == 0;
    if (tool->json) {
        put_fields(tool, arguments[0], node);
    } else if (found) {
        print_fields(node);
    }
    return found ? STATUS_GOOD : STATUS_BAD;
}
