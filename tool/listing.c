/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot ls PATH, find PATH PATTERN, tree PATH */
#include <fnmatch.h>
#include <stdlib.h>

#include "tool/json.h"
#include "tool/nodes.h"
#include "tool/print.h"
#include "tool/tool.h"

struct listing {
    struct tool *tool;
    const char *path;
    unsigned flags;      /* of the walk */
    const char *pattern; /* NULL: all names */
    void (*print)(const struct pvboot_node *, const char *name);
};

/* "-rw-r--r--        1234  2026-11-24 12:00  name -> target" */
static void print_line_of(const struct pvboot_node *node, const char *name)
{
    char when[TIME_TEXT_SIZE];
    node_time_text(node->mtime, when);
    print("%s %12lu  %.*s  ", node->mode_text, node->size, (int)TO_MINUTES, when);
    print_node_name(node, name);
    if (node->target != NULL) {
        print(" -> %s", node->target);
    }
    print_line("%s", "");
}

static void print_path(const struct pvboot_node *node, const char *name)
{
    (void)name;
    print_node_name(node, node->path);
    print_line("%s", "");
}

/* Below each directory, two blanks further right, what is in it. */
static void print_branch(const struct pvboot_node *node, const char *name)
{
    print("%*s", 2 * (int)node->depth, "");
    print_node_name(node, name);
    if (node->target != NULL) {
        print(" -> %s", node->target);
    }
    print_line("%s", node->type == PVBOOT_DIRECTORY ? "/" : "");
}

static bool is_wanted(const struct listing *listing, const struct pvboot_node *node)
{
    return listing->pattern == NULL || fnmatch(listing->pattern, node->name, 0) == 0;
}

/* What is damaged is said, and does not hide the rest. */
static int list(const struct listing *listing, struct json *json)
{
    const struct pvboot_node *node;
    struct pvboot_walk *walk;
    int found, status = STATUS_GOOD;
    if (pvboot_walk_open(listing->tool->pvboot, listing->path, listing->flags, &walk) != 0) {
        return STATUS_BAD;
    }
    while ((found = pvboot_walk_next(walk, &node)) != 0) {
        if (found < 0) {
            status = STATUS_BAD;
        } else if (!is_wanted(listing, node)) {
            continue;
        } else if (listing->tool->json) {
            json_node(json, NULL, node);
        } else {
            listing->print(node, node->name);
        }
    }
    pvboot_walk_close(walk);
    return status;
}

static int list_as_json(const struct listing *listing)
{
    struct json json = {0};
    json_open(&json, NULL, '{');
    json_text(&json, "path", listing->path);
    if (listing->pattern != NULL) {
        json_text(&json, "pattern", listing->pattern);
    }
    json_open(&json, "entries", '[');
    int status = list(listing, &json);
    json_close(&json, ']');
    tool_put_errors(listing->tool, &json);
    json_close(&json, '}');
    json_end();
    return status;
}

static int show(const struct listing *listing)
{
    return listing->tool->json ? list_as_json(listing) : list(listing, NULL);
}

int tool_ls(struct tool *tool, char *const *arguments)
{
    const struct listing listing = {.tool = tool, .path = arguments[0], .print = print_line_of};
    const struct pvboot_node *node;
    if (tool->json) {
        return list_as_json(&listing);
    }
    if (pvboot_stat(tool->pvboot, arguments[0], &node) != 0) {
        return STATUS_BAD;
    }
    if (node->type != PVBOOT_DIRECTORY) {
        print_line_of(node, arguments[0]);
        return STATUS_GOOD;
    }
    return show(&listing);
}

int tool_find(struct tool *tool, char *const *arguments)
{
    const struct listing listing = {.tool = tool,
                                    .path = arguments[0],
                                    .flags = PVBOOT_WALK_DEEP,
                                    .pattern = arguments[1],
                                    .print = print_path};
    return show(&listing);
}

int tool_tree(struct tool *tool, char *const *arguments)
{
    const struct listing listing = {
        .tool = tool, .path = arguments[0], .flags = PVBOOT_WALK_DEEP, .print = print_branch};
    return show(&listing);
}
