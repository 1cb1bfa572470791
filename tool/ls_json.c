/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot --json ls PATH: docs/json.md. */
#include <stdlib.h>

#include "tool/json.h"
#include "tool/tool.h"

static const char *const types[] = {
    [PVBOOT_OTHER] = "other",  [PVBOOT_FILE] = "file",   [PVBOOT_DIRECTORY] = "directory",
    [PVBOOT_LINK] = "link",    [PVBOOT_PIPE] = "other",  [PVBOOT_CHARACTERS] = "other",
    [PVBOOT_BLOCKS] = "other", [PVBOOT_SOCKET] = "other"};

static void put_node(struct json *json, const struct pvboot_node *node, const char *name)
{
    json_open(json, NULL, '{');
    json_text(json, "name", name);
    json_text(json, "type", types[node->type]);
    json_number(json, "size", (int64_t)node->size);
    json_number(json, "mode", node->mode);
    json_number(json, "mtime", node->mtime);
    json_text(json, "target", node->target);
    json_close(json, '}');
}

/* A damaged entry is said, and does not hide the others. */
static int put_directory(struct json *json, struct tool *tool, const char *path)
{
    const struct pvboot_node *node;
    struct pvboot_walk *walk;
    int found, status = STATUS_GOOD;
    if (pvboot_walk_open(tool->pvboot, path, 0, &walk) != 0) {
        return STATUS_BAD;
    }
    while ((found = pvboot_walk_next(walk, &node)) != 0) {
        if (found > 0) {
            put_node(json, node, node->name);
        } else {
            status = STATUS_BAD;
        }
    }
    pvboot_walk_close(walk);
    return status;
}

static int put_path(struct json *json, struct tool *tool, const char *path)
{
    const struct pvboot_node *node;
    if (pvboot_stat(tool->pvboot, path, &node) != 0) {
        return STATUS_BAD;
    }
    if (node->type == PVBOOT_DIRECTORY) {
        return put_directory(json, tool, path);
    }
    put_node(json, node, path);
    return STATUS_GOOD;
}

int tool_ls_json(struct tool *tool, const char *path)
{
    struct json json = {0};
    json_open(&json, NULL, '{');
    json_text(&json, "path", path);
    json_open(&json, "entries", '[');
    int status = put_path(&json, tool, path);
    json_close(&json, ']');
    json_close(&json, '}');
    json_end();
    return status;
}
