/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot info */
#include <stdio.h>
#include <stdlib.h>

#include "lib/error.h"
#include "pvops/disk.h"
#include "tool/tool.h"

static void print_size(uint64_t bytes)
{
    if (bytes < UINT64_C(10) << 20) {
        (void)printf("%8lu KiB", bytes >> 10);
    } else {
        (void)printf("%8lu MiB", bytes >> 20);
    }
}

static void print_volume(const struct volume *volume)
{
    (void)printf("  %s", volume->details);
    if (volume->label[0] != '\0') {
        (void)printf(", label \"%s\"", volume->label);
    }
    if (volume->uuid[0] != '\0') {
        (void)printf(", uuid %s", volume->uuid);
    }
}

static void print_place(struct tool *tool, struct place *place)
{
    const struct partition *partition = place->partition;
    const struct volume *volume = devices_volume(&tool->devices, place);
    (void)printf("%-12s", partition->slice.source.name);
    print_size(partition->slice.source.size);
    if (partition->index >= 0) {
        (void)printf("  type %02x", partition->type);
    } else {
        (void)printf("  %s", place->disk->device);
    }
    if (volume != NULL) {
        print_volume(volume);
    } else if (partition->index < 0 && partition->table[0] == 'm') {
        (void)printf("  MBR partition table");
    } else {
        (void)printf("  %s", place->error == ERR_UNKNOWN ? "no file system that is known"
                                                         : error_text(place->error));
    }
    (void)printf("\n");
}

int tool_info(struct tool *tool, char *const *arguments)
{
    (void)arguments;
    for (size_t i = 0; i < tool->devices.count; i++) {
        print_place(tool, &tool->devices.places[i]);
    }
    return EXIT_SUCCESS;
}
