/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot --json ls PATH: docs/json.md. */
#include <stdlib.h>

#include "tool/json.h"
#include "tool/tool.h"

static const char *const types[] = {[NODE_OTHER] = "other",
                                    [NODE_FILE] = "file",
                                    [NODE_DIRECTORY] = "directory",
                                    [NODE_LINK] = "link"};

static int put_node(struct json *json, struct node *node, const char *name)
{
    char target[LINK_SIZE];
    int error = node->type == NODE_LINK ? node->volume->type->link(node, target) : 0;
    json_open(json, NULL, '{');
    json_text(json, "name", name);
    json_text(json, "type", types[node->type]);
    json_number(json, "size", (int64_t)node->size);
    json_number(json, "mode", node->mode);
    json_number(json, "mtime", node->mtime);
    json_text(json, "target", node->type == NODE_LINK && error == 0 ? target : NULL);
    json_close(json, '}');
    return error;
}

/* A damaged entry is said, and does not hide the others. */
static int put_directory(struct json *json, struct node *directory)
{
    struct dir_entry entry;
    uint64_t cursor = 0;
    int found, first_error = 0;
    while ((found = directory->volume->type->next(directory, &cursor, &entry)) > 0) {
        struct node node;
        int error = node_load(directory->volume, entry.id, &node);
        if (error == 0) {
            error = put_node(json, &node, entry.name);
        }
        first_error = first_error != 0 ? first_error : error;
    }
    return found != 0 ? found : first_error;
}

int tool_ls_json(struct tool *tool, const char *path)
{
    struct json json = {0};
    struct node node;
    int error = tool_find(tool, path, &node);
    json_open(&json, NULL, '{');
    json_text(&json, "path", path);
    json_open(&json, "entries", '[');
    if (error == 0) {
        error = node.type == NODE_DIRECTORY ? put_directory(&json, &node)
                                            : put_node(&json, &node, path);
    }
    json_close(&json, ']');
    json_close(&json, '}');
    json_end();
    return error == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
