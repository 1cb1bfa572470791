/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot info */
#include <stdlib.h>
#include <string.h>

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

/* Of what another program reads it is said: not all images are what their names say. */
static void print_format(const struct pvboot_volume *volume)
{
    if (volume->format != NULL && strcmp(volume->format, "raw") != 0) {
        print(" (%s)", volume->format);
    }
}

static void print_table(const struct pvboot_volume *volume)
{
    if (volume->device != NULL) {
        print("  %s", volume->device);
        print_format(volume);
    } else {
        print("  type %s", volume->type);
    }
    if (volume->partition_label != NULL) {
        print("  \"%s\"", volume->partition_label);
    }
    if (volume->table != NULL) {
        print("  %s", volume->table);
    }
}

static void print_filesystem(const struct pvboot_volume *volume)
{
    if (volume->filesystem != NULL) {
        print("  %s", volume->details);
    }
    if (volume->label != NULL) {
        print(", label \"%s\"", volume->label);
    }
    if (volume->uuid != NULL) {
        print(", uuid %s", volume->uuid);
    }
}

/* What is there beside, or instead of, a file system. */
static void print_rest(const struct pvboot_volume *volume)
{
    if (volume->member != NULL) {
        print("  %s", volume->member);
    } else if (volume->filesystem == NULL && !volume->is_divided) {
        print("  %s", volume->contents);
    }
}

static void print_volume(const struct pvboot_volume *volume)
{
    print("%-12s", volume->short_name);
    print_size(volume->size);
    print_table(volume);
    print_filesystem(volume);
    print_rest(volume);
    print_line("%s", "");
    for (size_t i = 0; i < volume->subvolume_count; i++) {
        const struct pvboot_subvolume *subvolume = &volume->subvolumes[i];
        print_line("%16lu  %s%s", subvolume->id, subvolume->path,
                   subvolume->is_default ? "  (default)" : "");
    }
}

int tool_info(struct tool *tool, char *const *arguments)
{
    (void)arguments;
    const struct pvboot_volume *volume;
    if (tool->json) {
        return tool_info_json(tool);
    }
    for (size_t i = 0; (volume = pvboot_volume(tool->pvboot, i)) != NULL; i++) {
        print_volume(volume);
    }
    return STATUS_GOOD;
}
