/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot --json info: docs/json.md. */
#include <stdlib.h>

#include "tool/json.h"
#include "tool/tool.h"

static void put_subvolumes(struct json *json, const struct pvboot_volume *volume)
{
    json_open(json, "subvolumes", '[');
    for (size_t i = 0; i < volume->subvolume_count; i++) {
        json_open(json, NULL, '{');
        json_number(json, "id", (int64_t)volume->subvolumes[i].id);
        json_text(json, "path", volume->subvolumes[i].path);
        json_bool(json, "default", volume->subvolumes[i].is_default);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_filesystem(struct json *json, const struct pvboot_volume *volume)
{
    if (volume->filesystem == NULL) {
        json_text(json, "filesystem", NULL);
        return;
    }
    json_open(json, "filesystem", '{');
    json_text(json, "type", volume->filesystem);
    json_text(json, "details", volume->details);
    json_text(json, "label", volume->label);
    json_text(json, "uuid", volume->uuid);
    put_subvolumes(json, volume);
    json_close(json, '}');
}

static void put_volume(struct json *json, const struct pvboot_volume *volume)
{
    json_open(json, NULL, '{');
    json_text(json, "name", volume->name);
    json_text(json, "device", volume->device);
    json_text(json, "format", volume->format);
    json_number(json, "size", (int64_t)volume->size);
    json_text(json, "type", volume->type);
    json_text(json, "partition_label", volume->partition_label);
    json_text(json, "table", volume->table);
    put_filesystem(json, volume);
    json_text(json, "contents", volume->contents);
    json_close(json, '}');
}

int tool_info_json(struct tool *tool)
{
    const struct pvboot_volume *volume;
    struct json json = {0};
    json_open(&json, NULL, '{');
    json_open(&json, "devices", '[');
    for (size_t i = 0; (volume = pvboot_volume(tool->pvboot, i)) != NULL; i++) {
        put_volume(&json, volume);
    }
    json_close(&json, ']');
    tool_put_errors(tool, &json);
    json_close(&json, '}');
    json_end();
    return STATUS_GOOD;
}
