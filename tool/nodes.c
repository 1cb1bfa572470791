/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/nodes.h"

#include <stdio.h>
#include <time.h>

#include "libpvboot/pvboot.h"
#include "tool/json.h"
#include "tool/print.h"
#include "tool/style.h"

static const struct {
    const char *name;
    enum style style;
} types[] = {
    [PVBOOT_OTHER] = {"other", STYLE_PLAIN},
    [PVBOOT_FILE] = {"file", STYLE_PLAIN},
    [PVBOOT_DIRECTORY] = {"directory", STYLE_DIRECTORY},
    [PVBOOT_LINK] = {"link", STYLE_LINK},
    [PVBOOT_PIPE] = {"pipe", STYLE_SPECIAL},
    [PVBOOT_CHARACTERS] = {"character device", STYLE_SPECIAL},
    [PVBOOT_BLOCKS] = {"block device", STYLE_SPECIAL},
    [PVBOOT_SOCKET] = {"socket", STYLE_SPECIAL},
};

const char *node_type_name(const struct pvboot_node *node)
{
    return types[node->type].name;
}

void node_time_text(int64_t seconds, char text[TIME_TEXT_SIZE])
{
    time_t time = (time_t)seconds;
    struct tm broken;
    if (gmtime_r(&time, &broken) == NULL ||
        strftime(text, TIME_TEXT_SIZE, "%Y-%m-%d %H:%M:%S", &broken) == 0) {
        (void)snprintf(text, TIME_TEXT_SIZE, "?"); /* it fits */
    }
}

void print_node_name(const struct pvboot_node *node, const char *name)
{
    print_styled(types[node->type].style, "%s", name);
}

static void put_device(struct json *json, const struct pvboot_node *node)
{
    if (node->type != PVBOOT_CHARACTERS && node->type != PVBOOT_BLOCKS) {
        json_text(json, "device", NULL);
        return;
    }
    json_open(json, "device", '{');
    json_number(json, "major", node->major);
    json_number(json, "minor", node->minor);
    json_close(json, '}');
}

void json_node(struct json *json, const char *name, const struct pvboot_node *node)
{
    json_open(json, name, '{');
    json_text(json, "name", node->name);
    json_text(json, "path", node->path);
    json_text(json, "type", node_type_name(node));
    json_number(json, "size", (int64_t)node->size);
    json_number(json, "mode", node->mode);
    json_number(json, "owner", node->owner);
    json_number(json, "group", node->group);
    json_number(json, "links", node->links);
    json_number(json, "inode", (int64_t)node->inode);
    json_number(json, "mtime", node->mtime);
    json_number(json, "mtime_nanoseconds", node->mtime_nanoseconds);
    json_text(json, "target", node->target);
    put_device(json, node);
    json_close(json, '}');
}
