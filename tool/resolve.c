/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/error.h"
#include "lib/log.h"
#include "tool/tool.h"

int tool_find(struct tool *tool, const char *path, struct node *node)
{
    const char *rest;
    struct place *place = devices_resolve(&tool->devices, NULL, path, &rest);
    if (place == NULL) {
        return ERR_NOT_FOUND;
    }
    struct volume *volume = devices_volume(&tool->devices, place);
    if (volume == NULL) {
        return devices_no_volume(&tool->devices, place);
    }
    return path_find_link(volume, rest, node, false);
}
