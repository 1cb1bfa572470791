/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot info */
#include <stdio.h>
#include <stdlib.h>

#include "fs/volume/member.h"
#include "tool/tool.h"

static void print_size(uint64_t bytes)
{
    if (bytes < UINT64_C(10) << 20) {
        (void)printf("%8lu KiB", bytes >> 10);
    } else {
        (void)printf("%8lu MiB", bytes >> 20);
    }
}

/* Text from a disk: what would command a terminal comes out as '?'. */
static void print_quoted(const char *before, const char *text)
{
    (void)printf("%s\"", before);
    for (; *text != '\0'; text++) {
        (void)putchar((unsigned char)*text < ' ' || *text == 0x7F ? '?' : *text);
    }
    (void)putchar('"');
}

static void print_volume(const struct volume *volume)
{
    (void)printf("  %s", volume->details);
    if (volume->label[0] != '\0') {
        print_quoted(", label ", volume->label);
    }
    if (volume->uuid[0] != '\0') {
        (void)printf(", uuid %s", volume->uuid);
    }
}

static void print_table(const struct place *place)
{
    const struct partition *partition = place->partition;
    if (partition->kind == PARTITION_DISK) {
        (void)printf("  %s", place_device(place));
    } else {
        (void)printf("  type %s", partition->type);
    }
    if (partition->label[0] != '\0') {
        print_quoted("  ", partition->label);
    }
    if (partition->table[0] != '\0') {
        (void)printf("  %s", partition->table);
    }
}

/* What is there beside, or instead of, a file system. */
static void print_rest(struct tool *tool, struct place *place)
{
    const struct partition *partition = place->partition;
    char text[PLACE_TEXT_SIZE], member[MEMBER_TEXT_SIZE];
    if (partition->member != NULL) {
        member_describe(partition->member, member);
        (void)printf("  %s", member);
    } else if (place->error != 0 && !partition->divided) {
        devices_describe(&tool->devices, place, text);
        (void)printf("  %s", text);
    }
}

static void print_place(struct tool *tool, struct place *place)
{
    const struct volume *volume = devices_volume(&tool->devices, place);
    (void)printf("%-12s", place->partition->slice.source.name);
    print_size(place->partition->slice.source.size);
    print_table(place);
    if (volume != NULL) {
        print_volume(volume);
    }
    print_rest(tool, place);
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
