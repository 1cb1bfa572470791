/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot --json info: docs/json.md. */
#include <stdlib.h>

#include "boot/device_name.h"
#include "fs/volume/member.h"
#include "tool/json.h"
#include "tool/tool.h"

static const char *text_or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static void put_volume(struct json *json, const struct volume *volume)
{
    if (volume == NULL) {
        json_text(json, "filesystem", NULL);
        return;
    }
    json_open(json, "filesystem", '{');
    json_text(json, "type", volume->type->name);
    json_text(json, "details", volume->details);
    json_text(json, "label", text_or_null(volume->label));
    json_text(json, "uuid", text_or_null(volume->uuid));
    json_close(json, '}');
}

static void put_place(struct json *json, struct tool *tool, struct place *place)
{
    const struct partition *partition = place->partition;
    const struct volume *volume = devices_volume(&tool->devices, place);
    bool is_device = partition->kind == PARTITION_DISK;
    char name[DEVICE_NAME_SIZE], text[PLACE_TEXT_SIZE];
    device_name_of(place, name);
    devices_describe(&tool->devices, place, text);
    json_open(json, NULL, '{');
    json_text(json, "name", arena_format(&tool->arena, "(%s)", name));
    json_text(json, "device", is_device ? place_device(place) : NULL);
    json_number(json, "size", (int64_t)partition->slice.source.size);
    json_text(json, "type", is_device ? NULL : partition->type);
    json_text(json, "partition_label", text_or_null(partition->label));
    json_text(json, "table", text_or_null(partition->table));
    put_volume(json, volume);
    json_text(json, "contents", text);
    json_close(json, '}');
}

int tool_info_json(struct tool *tool)
{
    struct json json = {0};
    json_open(&json, NULL, '{');
    json_open(&json, "devices", '[');
    for (size_t i = 0; i < tool->devices.count; i++) {
        put_place(&json, tool, &tool->devices.places[i]);
    }
    json_close(&json, ']');
    json_close(&json, '}');
    json_end();
    return EXIT_SUCCESS;
}
