/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot info */
#include <stdlib.h>

#include "fs/volume/member.h"
#include "tool/print.h"
#include "tool/tool.h"

static void print_size(uint64_t bytes)
{
    if (bytes < UINT64_C(10) << 20) {
        print("%8lu KiB", bytes >> 10);
    } else {
        print("%8lu MiB", bytes >> 20);
    }
}

static void print_volume(const struct volume *volume)
{
    print("  %s", volume->details);
    if (volume->label[0] != '\0') {
        print(", label \"%s\"", volume->label);
    }
    if (volume->uuid[0] != '\0') {
        print(", uuid %s", volume->uuid);
    }
}

static void print_table(const struct place *place)
{
    const struct partition *partition = place->partition;
    if (partition->kind == PARTITION_DISK) {
        print("  %s", place_device(place));
    } else {
        print("  type %s", partition->type);
    }
    if (partition->label[0] != '\0') {
        print("  \"%s\"", partition->label);
    }
    if (partition->table[0] != '\0') {
        print("  %s", partition->table);
    }
}

/* What is there beside, or instead of, a file system. */
static void print_rest(struct tool *tool, struct place *place)
{
    const struct partition *partition = place->partition;
    char text[PLACE_TEXT_SIZE], member[MEMBER_TEXT_SIZE];
    if (partition->member != NULL) {
        member_describe(partition->member, member);
        print("  %s", member);
    } else if (place->error != 0 && !partition->divided) {
        devices_describe(&tool->devices, place, text);
        print("  %s", text);
    }
}

static void print_place(struct tool *tool, struct place *place)
{
    const struct volume *volume = devices_volume(&tool->devices, place);
    print("%-12s", place->partition->slice.source.name);
    print_size(place->partition->slice.source.size);
    print_table(place);
    if (volume != NULL) {
        print_volume(volume);
    }
    print_rest(tool, place);
    print_line("%s", "");
}

int tool_info(struct tool *tool, char *const *arguments)
{
    (void)arguments;
    if (tool->json) {
        return tool_info_json(tool);
    }
    for (size_t i = 0; i < tool->devices.count; i++) {
        print_place(tool, &tool->devices.places[i]);
    }
    return EXIT_SUCCESS;
}
