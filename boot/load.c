/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/load.h"

#include <string.h>

#include "boot/freebsd.h"
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

/* A plan that is being loaded. */
struct load {
    const struct plan *plan;
    const struct machine *machine;
    struct devices *devices;
    bool verbose;
    struct log *log;
    struct file files[1 + PLAN_FILES]; /* the kernel, then the initrds or the modules */
    struct node nodes[1 + PLAN_FILES];
};

/* ---- files ---------------------------------------------------------------------------------- */

static int open_file(struct load *load, size_t index, struct place *root, const char *path)
{
    return devices_open_file(load->devices, root, path, false, &load->files[index],
                             &load->nodes[index]);
}

static int open_files(struct load *load)
{
    const struct plan *plan = load->plan;
    int error = open_file(load, 0, plan->kernel_root, plan->kernel);
    for (size_t i = 0; error == 0 && i < plan->initrd_count; i++) {
        error = open_file(load, i + 1, plan->initrd_roots[i], plan->initrds[i]);
    }
    for (size_t i = 0; error == 0 && i < plan->module_count; i++) {
        error = open_file(load, i + 1, plan->modules[i].root, plan->modules[i].path);
    }
    return error;
}

/* ---- the initrd ----------------------------------------------------------------------------- */

enum { INITRD_ALIGNMENT = 4 /* bytes: where a cpio archive after another may begin */ };

/* The sum of all files, each padded; false when it is larger than any memory. */
static bool initrd_size(const struct load *load, uint64_t *size)
{
    *size = 0;
    for (size_t i = 1; i <= load->plan->initrd_count; i++) {
        uint64_t more = load->files[i].source.size;
        if (more > UINT64_MAX / 2 || !checked_add(align_up(*size, INITRD_ALIGNMENT), more, size)) {
            return false;
        }
    }
    return true;
}

static int read_initrd(const struct load *load, const struct source *source, uint8_t *bytes)
{
    struct load_progress progress = progress_start(load->machine, source->name, load->verbose);
    int error = progress_read(&progress.progress, source, bytes);
    if (error == 0) {
        progress_finish(&progress, source->size);
    }
    return error;
}

/*
 * Reads the file to where the `size` bytes of those before it end. That is no place for whole sectors:
 * so it is read to the next page, and moved.
 */
static int append_initrd(const struct load *load, const struct source *source, uint8_t *bytes,
                         uint64_t *size)
{
    uint64_t start = align_up(*size, INITRD_ALIGNMENT), page = align_up(start, PAGE_SIZE);
    int error = read_initrd(load, source, bytes + page);
    if (error != 0) {
        return error;
    }
    memset(bytes + *size, 0, start - *size);
    if (page != start) {
        memmove(bytes + start, bytes + page, source->size);
    }
    *size = start + source->size;
    return 0;
}

static int load_initrd(const struct load *load, struct next_kernel *next)
{
    uint64_t size, memory = memory_ram(&load->machine->memory);
    const char *name = load->files[1].source.name;
    if (!initrd_size(load, &size) || size > memory) {
        return fail(load->log, ERR_TOO_LARGE, "%s: larger than the domain's %lu MiB of memory",
                    name, memory >> 20);
    }
    size_t gap = load->plan->initrd_count > 1 ? PAGE_SIZE : 0;
    uint8_t *bytes = arena_pages(load->machine->arena, size + gap);
    if (bytes == NULL) {
        return fail(load->log, ERR_NO_MEMORY, "%s: no memory for its %lu MiB", name, size >> 20);
    }
    int error = 0;
    for (size_t i = 1; error == 0 && i <= load->plan->initrd_count; i++) {
        error = append_initrd(load, &load->files[i].source, bytes, &next->initrd_size);
    }
    next->initrd = bytes;
    return error;
}

/* ---- the kernel ----------------------------------------------------------------------------- */

static int load_kernel(const struct load *load, struct loaded *loaded)
{
    const struct source *source = &load->files[0].source;
    const struct machine *machine = load->machine;
    struct load_progress progress = progress_start(machine, source->name, load->verbose);
    const struct image_terms terms = {.size_limit = memory_ram(&machine->memory),
                                      .enters_pv = machine->enters_pv,
                                      .enters_flat = machine->enters_flat,
                                      .multiboot = load->plan->multiboot};
    int error = image_load(source, &terms, machine->arena, &progress.progress, &loaded->next,
                           &loaded->format);
    if (error == 0) {
        progress_finish(&progress, source->size);
    }
    /* GRUB 2's command for such kernels gives them their arguments, GRUB legacy's the path, too. */
    loaded->next.multiboot.path = load->plan->multiboot == 0 ? load->plan->kernel : NULL;
    return error;
}

/* The entry's line, or a NetBSD's, then the host's words; all of a FreeBSD's has commas in between. */
static int make_command_line(const struct load *load, struct next_kernel *next)
{
    struct arena *arena = load->machine->arena;
    if (freebsd_is(next->xen.guest_os)) {
        return freebsd_command_line(&next->command_line, load->plan, load->devices, arena,
                                    load->log);
    }
    const char *line = netbsd_is(next->xen.guest_os)
                           ? netbsd_command_line(load->plan, load->devices, arena, load->log)
                           : load->plan->arguments;
    const char *more = load->plan->append;
    next->command_line = line != NULL && more != NULL
                             ? arena_format(arena, "%s%s%s", line, line[0] != '\0' ? " " : "", more)
                             : line;
    return next->command_line == NULL ? ERR_NO_MEMORY : 0;
}

/* The kernel is loaded: it may be one that wants to be told more. */
static int set_command_line(const struct load *load, struct next_kernel *next)
{
    int error = make_command_line(load, next);
    if (error != 0) {
        return error;
    }
    if (strlen(next->command_line) >= COMMAND_LINE_SIZE) {
        return fail(load->log, ERR_TOO_LARGE,
                    "the kernel's command line is longer than Xen's %d characters",
                    COMMAND_LINE_SIZE - 1);
    }
    return 0;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static int load_rest(const struct load *load, struct next_kernel *next)
{
    if (load->plan->module_count > 0) {
        return modules_load(next, load->plan, load->files + 1, load->machine, load->verbose);
    }
    return load->plan->initrd_count > 0 ? load_initrd(load, next) : 0;
}

static int load_files(struct load *load, struct loaded *loaded)
{
    trace_enter(load->machine, TRACE_KERNEL);
    int error = open_files(load);
    if (error != 0) {
        return error;
    }
    error = load_kernel(load, loaded);
    if (error != 0) {
        return error;
    }
    error = set_command_line(load, &loaded->next);
    if (error != 0) {
        return error;
    }
    trace_enter(load->machine, TRACE_INITRD);
    return load_rest(load, &loaded->next);
}

int load_plan(struct loaded *loaded, const struct plan *plan, const struct machine *machine,
              struct devices *devices, bool verbose, struct log *log)
{
    *loaded = (struct loaded){0};
    if (plan->kernel == NULL) {
        return fail(log, ERR_INVALID, "the entry names no kernel");
    }
    struct load *load = arena_alloc(machine->arena, sizeof *load);
    if (load == NULL) {
        return fail(log, ERR_NO_MEMORY, "%s: no memory to read it", plan->kernel);
    }
    load->plan = plan;
    load->machine = machine;
    load->devices = devices;
    load->verbose = verbose;
    load->log = log;
    return load_files(load, loaded);
}
