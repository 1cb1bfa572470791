/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/load.h"

#include <stdio.h>
#include <string.h>

#include "boot/image/image.h"
#include "boot/netbsd.h"
#include "boot/trace.h"
#include "boot/unpack/unpack.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/clock.h"
#include "pvops/console.h"
#include "pvops/machine.h"

/* ---- the progress line ---------------------------------------------------------------------- */

enum { LINE_SIZE = 192, INTERVAL = 500 /* milliseconds between two looks of the line */ };

struct load_progress {
    struct progress progress; /* first: a struct progress * is a struct load_progress * */
    const struct machine *machine;
    const char *name;
    bool verbose;
    bool shown;
    uint64_t started, last; /* milliseconds */
};

static uint64_t now(const struct machine *machine)
{
    return machine->clock->milliseconds(machine->clock);
}

static void write_line(const struct machine *machine, const char *text)
{
    machine->console->write(machine->console, text, strlen(text));
}

static void advanced(struct progress *progress, uint64_t bytes)
{
    struct load_progress *load = (struct load_progress *)progress;
    uint64_t moment = now(load->machine);
    char text[LINE_SIZE];
    if (!load->verbose || moment - load->last < INTERVAL) {
        return;
    }
    load->last = moment;
    load->shown = true;
    (void)snprintf(text, sizeof text, "\r%.100s: %lu MiB", load->name,
                   bytes >> 20); /* cut, where it is long */
    write_line(load->machine, text);
}

static struct load_progress start_progress(const struct machine *machine, const char *name,
                                           bool verbose)
{
    uint64_t moment = now(machine);
    return (struct load_progress){.progress = {.advanced = advanced},
                                  .machine = machine,
                                  .name = name,
                                  .verbose = verbose,
                                  .started = moment,
                                  .last = moment};
}

static void finish_progress(const struct load_progress *load, uint64_t bytes)
{
    char text[LINE_SIZE];
    uint64_t tenths = (now(load->machine) - load->started) / 100;
    if (load->verbose) {
        (void)snprintf(text, sizeof text, "\r%.80s: %lu KiB in %lu.%lu s\r\n", load->name,
                       bytes >> 10, tenths / 10, tenths % 10); /* cut, where it is long */
        write_line(load->machine, text);
    } else if (load->shown) {
        write_line(load->machine, "\r\n");
    }
}

/* ---- files ---------------------------------------------------------------------------------- */

/* The open files of a plan: the kernel, then the initrds. */
struct plan_files {
    struct file files[1 + PLAN_INITRDS];
    struct node nodes[1 + PLAN_INITRDS];
};

static int open_files(struct plan_files *files, const struct plan *plan, struct devices *devices)
{
    int error = devices_open_file(devices, plan->kernel_root, plan->kernel, false, &files->files[0],
                                  &files->nodes[0]);
    for (size_t i = 0; error == 0 && i < plan->initrd_count; i++) {
        error = devices_open_file(devices, plan->initrd_roots[i], plan->initrds[i], false,
                                  &files->files[i + 1], &files->nodes[i + 1]);
    }
    return error;
}

/* ---- the initrd ----------------------------------------------------------------------------- */

enum {
    INITRD_ALIGNMENT = 4,
    /* bytes: where a cpio archive behind another may begin */ PIECE = 4 << 20
};

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
    struct load_progress progress = start_progress(machine, source->name, verbose);
    for (uint64_t done = 0; done < source->size; done += PIECE) {
        int error = source_read(source, done, bytes + done, min_u64(PIECE, source->size - done));
        if (error != 0) {
            return error;
        }
        advanced(&progress.progress, done);
    }
    finish_progress(&progress, source->size);
    return 0;
}

static int load_initrd(struct guest *guest, const struct plan_files *files, size_t count,
                       const struct machine *machine, bool verbose, struct log *log)
{
    uint64_t size, done = 0;
    const char *name = files->files[1].source.name;
    if (!initrd_size(files, count, &size) || size > machine->memory) {
        return fail(log, ERR_TOO_LARGE, "%s: larger than the domain's %lu MiB of memory", name,
                    machine->memory >> 20);
    }
    uint8_t *bytes = arena_pages(machine->arena, size);
    if (bytes == NULL) {
        return fail(log, ERR_NO_MEMORY, "%s: no memory for its %lu MiB", name, size >> 20);
    }
    for (size_t i = 1; i <= count; i++) {
        uint64_t start = align_up(done, INITRD_ALIGNMENT);
        memset(bytes + done, 0, start - done);
        int error = read_initrd(&files->files[i].source, bytes + start, machine, verbose);
        if (error != 0) {
            return error;
        }
        done = start + files->files[i].source.size;
    }
    guest->initrd = bytes;
    guest->initrd_size = size;
    return 0;
}

/* ---- the kernel ----------------------------------------------------------------------------- */

static int load_kernel(struct loaded *loaded, const struct source *source,
                       const struct machine *machine, bool verbose)
{
    struct load_progress progress = start_progress(machine, source->name, verbose);
    int error = image_load(source, machine->memory, machine->arena, &progress.progress,
                           &loaded->guest, &loaded->format);
    if (error == 0) {
        loaded->kernel_name = source->name;
        finish_progress(&progress, source->size);
    }
    return error;
}

/* The kernel is loaded: it may be one that wants to be told more. */
static int set_command_line(struct guest *guest, const struct plan *plan, struct arena *arena,
                            struct log *log)
{
    guest->command_line =
        netbsd_is(guest->os) ? netbsd_command_line(plan, arena, log) : plan->arguments;
    if (guest->command_line == NULL) {
        return ERR_NO_MEMORY;
    }
    if (strlen(guest->command_line) >= GUEST_COMMAND_LINE_SIZE) {
        return fail(log, ERR_TOO_LARGE,
                    "the kernel's command line is longer than Xen's %d characters",
                    GUEST_COMMAND_LINE_SIZE - 1);
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
    error = error != 0 ? error : set_command_line(&loaded->guest, plan, machine->arena, log);
    if (error == 0 && plan->initrd_count > 0) {
        trace_enter(machine, TRACE_INITRD);
        error = load_initrd(&loaded->guest, files, plan->initrd_count, machine, verbose, log);
    }
    return error;
}
