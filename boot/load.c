/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/load.h"

#include <string.h>

#include "boot/image/image.h"
#include "boot/modules.h"
#include "boot/netbsd.h"
#include "boot/progress.h"
#include "boot/trace.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/machine.h"

enum { PLAN_FILES = PLAN_INITRDS > PLAN_MODULES ? PLAN_INITRDS : PLAN_MODULES };

/* ---- files ---------------------------------------------------------------------------------- */

/* The open files of a plan: the kernel, then the initrds or the modules. */
struct plan_files {
    struct file files[1 + PLAN_FILES];
    struct node nodes[1 + PLAN_FILES];
};

static int open_file(struct plan_files *files, size_t index, struct place *root, const char *path,
                     struct devices *devices)
{
    return devices_open_file(devices, root, path, false, &files->files[index],
                             &files->nodes[index]);
}

static int open_files(struct plan_files *files, const struct plan *plan, struct devices *devices)
{
    int error = open_file(files, 0, plan->kernel_root, plan->kernel, devices);
    for (size_t i = 0; error == 0 && i < plan->initrd_count; i++) {
        error = open_file(files, i + 1, plan->initrd_roots[i], plan->initrds[i], devices);
    }
    for (size_t i = 0; error == 0 && i < plan->module_count; i++) {
        error = open_file(files, i + 1, plan->modules[i].root, plan->modules[i].path, devices);
    }
    return error;
}

/* ---- the initrd ----------------------------------------------------------------------------- */

enum { INITRD_ALIGNMENT = 4 /* bytes: where a cpio archive after another may begin */ };

/* The sum of all files, each padded; false when it is larger than any memory. */
static bool initrd_size(const struct plan_files *files, size_t count, uint64_t *size)
{
    *size = 0;
    for (size_t i = 1; i <= count; i++) {
        if (files->files[i].source.size > UINT64_MAX / 2 ||
            !checked_add(align_up(*size, INITRD_ALIGNMENT), files->files[i].source.size, size)) {
            return false;
        }
    }
    return true;
}

static int read_initrd(const struct source *source, uint8_t *bytes, const struct machine *machine,
                       bool verbose)
{
    struct load_progress progress = progress_start(machine, source->name, verbose);
    int error = progress_read(&progress.progress, source, bytes);
    if (error == 0) {
        progress_finish(&progress, source->size);
    }
    return error;
}

/*
 * Reads the file to where the one before it ends. That is no place for whole sectors: so it is read
 * to the next page, and moved.
 */
static int append_initrd(const struct source *source, uint8_t *place, const struct machine *machine,
                         bool verbose)
{
    uint8_t *page = place + (align_up((uintptr_t)place, PAGE_SIZE) - (uintptr_t)place);
    int error = read_initrd(source, page, machine, verbose);
    if (error == 0 && page != place) {
        memmove(place, page, source->size);
    }
    return error;
}

static int load_initrd(struct next_kernel *next, const struct plan_files *files, size_t count,
                       const struct machine *machine, bool verbose, struct log *log)
{
    uint64_t size, done = 0;
    const char *name = files->files[1].source.name;
    if (!initrd_size(files, count, &size) || size > machine->memory) {
        return fail(log, ERR_TOO_LARGE, "%s: larger than the domain's %lu MiB of memory", name,
                    machine->memory >> 20);
    }
    uint8_t *bytes = arena_pages(machine->arena, size + (count > 1 ? PAGE_SIZE : 0));
    if (bytes == NULL) {
        return fail(log, ERR_NO_MEMORY, "%s: no memory for its %lu MiB", name, size >> 20);
    }
    for (size_t i = 1; i <= count; i++) {
        uint64_t start = align_up(done, INITRD_ALIGNMENT);
        memset(bytes + done, 0, start - done);
        int error = append_initrd(&files->files[i].source, bytes + start, machine, verbose);
        if (error != 0) {
            return error;
        }
        done = start + files->files[i].source.size;
    }
    next->initrd = bytes;
    next->initrd_size = size;
    return 0;
}

/* ---- modules -------------------------------------------------------------------------------- */

static int load_modules(struct next_kernel *next, const struct plan_files *files,
                        const struct plan *plan, const struct machine *machine, bool verbose,
                        struct log *log)
{
    struct modules modules = {.count = plan->module_count};
    for (size_t i = 0; i < plan->module_count; i++) {
        modules.modules[i] = (struct module){.source = &files->files[i + 1].source,
                                             .path = plan->modules[i].path,
                                             .arguments = plan->modules[i].arguments,
                                             .unpack = !plan->modules[i].as_it_is};
    }
    int error = modules_load(&modules, machine, verbose, log);
    next->initrd = modules.package;
    next->initrd_size = modules.size;
    next->has_modules = true;
    return error;
}

/* ---- the kernel ----------------------------------------------------------------------------- */

static int load_kernel(struct loaded *loaded, const struct source *source,
                       const struct machine *machine, bool verbose)
{
    struct load_progress progress = progress_start(machine, source->name, verbose);
    int error = image_load(source, machine->memory, machine->arena, &progress.progress,
                           &loaded->next, &loaded->format);
    if (error == 0) {
        loaded->kernel_name = source->name;
        progress_finish(&progress, source->size);
    }
    return error;
}

/* The kernel is loaded: it may be one that wants to be told more. */
static int set_command_line(struct next_kernel *next, const struct plan *plan,
                            struct devices *devices, struct arena *arena, struct log *log)
{
    next->command_line =
        netbsd_is(next->os) ? netbsd_command_line(plan, devices, arena, log) : plan->arguments;
    if (next->command_line == NULL) {
        return ERR_NO_MEMORY;
    }
    if (strlen(next->command_line) >= COMMAND_LINE_SIZE) {
        return fail(log, ERR_TOO_LARGE,
                    "the kernel's command line is longer than Xen's %d characters",
                    COMMAND_LINE_SIZE - 1);
    }
    return 0;
}

int load_plan(struct loaded *loaded, const struct plan *plan, const struct machine *machine,
              struct devices *devices, bool verbose, struct log *log)
{
    *loaded = (struct loaded){0};
    if (plan->kernel == NULL) {
        return fail(log, ERR_INVALID, "the entry names no kernel");
    }
    struct plan_files *files = arena_alloc(machine->arena, sizeof *files);
    if (files == NULL) {
        return ERR_NO_MEMORY;
    }
    trace_enter(machine, TRACE_KERNEL);
    int error = open_files(files, plan, devices);
    error = error != 0 ? error : load_kernel(loaded, &files->files[0].source, machine, verbose);
    error =
        error != 0 ? error : set_command_line(&loaded->next, plan, devices, machine->arena, log);
    if (error == 0 && plan->initrd_count > 0) {
        trace_enter(machine, TRACE_INITRD);
        error = load_initrd(&loaded->next, files, plan->initrd_count, machine, verbose, log);
    }
    if (error == 0 && plan->module_count > 0) {
        trace_enter(machine, TRACE_INITRD);
        error = load_modules(&loaded->next, files, plan, machine, verbose, log);
    }
    return error;
}
