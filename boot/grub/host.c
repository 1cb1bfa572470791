/* SPDX-License-Identifier: BSD-2-Clause */
/* What is around a grub.cfg's script: commands, files, and the screen. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "boot/commands/context.h"
#include "boot/device_name.h"
#include "boot/devices.h"
#include "boot/grub/grub.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

static struct grub *grub_of(struct script_host *host)
{
    return (struct grub *)((char *)host - offsetof(struct grub, host));
}

/* ---- commands ------------------------------------------------------------------------------- */

static int run(struct script_host *host, const struct script_call *call)
{
    struct grub *grub = grub_of(host);
    int result = command_run_call(grub->context, call);
    if (result < 0 && grub->error == 0) {
        grub->error = result;
    }
    return result;
}

/* ---- echo ----------------------------------------------------------------------------------- */

static void print_line(struct grub *grub)
{
    (void)context_print(grub->context, "%s", grub->line);
    grub->line[0] = '\0';
}

void grub_end_line(struct grub *grub)
{
    if (grub->line[0] != '\0') {
        print_line(grub);
    }
}

/* What does not fit into a line is cut. */
static void append(struct grub *grub, const char *text, size_t length)
{
    size_t used = strlen(grub->line);
    size_t taken = min_u64(length, GRUB_LINE_SIZE - 1 - used);
    memcpy(grub->line + used, text, taken);
    grub->line[used + taken] = '\0';
}

static void print(struct script_host *host, const char *text, bool newline)
{
    struct grub *grub = grub_of(host);
    const char *end;
    while ((end = strchr(text, '\n')) != NULL) {
        append(grub, text, (size_t)(end - text));
        print_line(grub);
        text = end + 1;
    }
    append(grub, text, strlen(text));
    if (newline) {
        print_line(grub);
    }
}

/* ---- files ---------------------------------------------------------------------------------- */

static void drop_line(struct log *log, const char *text)
{
    (void)log;
    (void)text;
}

static int find(struct devices *devices, struct place *root, const char *path, struct node *node)
{
    const char *rest;
    struct place *place = devices_resolve(devices, root, path, &rest);
    struct volume *volume = place != NULL ? devices_volume(devices, place) : NULL;
    return volume != NULL ? path_find(volume, rest, node, true) : ERR_NOT_FOUND;
}

/* Who only asks: what is not there is no error. */
static int find_quietly(struct script_host *host, const char *path, struct node *node)
{
    struct grub *grub = grub_of(host);
    struct context *context = grub->context;
    struct devices *devices = context->devices;
    struct log nobody = {.line = drop_line}, *log = devices->log;
    int error = context_take_root(context, &grub->script);
    if (error != 0) {
        return error;
    }
    devices->log = &nobody;
    error = find(devices, context->plan.root, path, node);
    devices->log = log;
    return error;
}

static int look_at_file(struct script_host *host, const char *path, struct script_file *file)
{
    struct node node;
    int error = find_quietly(host, path, &node);
    if (error == 0) {
        *file = (struct script_file){
            .is_directory = node.type == NODE_DIRECTORY, .size = node.size, .modified = node.mtime};
    }
    return error;
}

static void list_devices(struct devices *devices, struct script_names *names)
{
    for (size_t i = 0; i < devices->count; i++) {
        char name[DEVICE_NAME_SIZE], whole[DEVICE_NAME_SIZE + 2];
        device_name_of(&devices->places[i], name);
        (void)snprintf(whole, sizeof whole, "(%s)", name); /* it fits */
        if (!names->take(names, whole)) {
            return;
        }
    }
}

static void list_folder(struct node *folder, struct script_names *names)
{
    struct dir_entry entry;
    uint64_t cursor = 0;
    while (folder->volume->type->next(folder, &cursor, &entry) > 0 &&
           names->take(names, entry.name)) {
    }
}

static void list_names(struct script_host *host, const char *folder, struct script_names *names)
{
    struct node node;
    if (folder == NULL) {
        list_devices(grub_of(host)->context->devices, names);
    } else if (find_quietly(host, folder, &node) == 0 && node.type == NODE_DIRECTORY) {
        list_folder(&node, names);
    }
}

int grub_open_script(struct grub *grub, struct context *context)
{
    grub->host =
        (struct script_host){.run = run, .print = print, .file = look_at_file, .names = list_names};
    return script_open(&grub->script, &grub->host, context->arena, context->log);
}
