/* SPDX-License-Identifier: BSD-2-Clause */
#include "bootloader/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/main.h"
#include "boot/trace.h"
#include "bootloader/blank.h"
#include "bootloader/handover.h"
#include "bootloader/list.h"
#include "bootloader/part.h"
#include "bootloader/request.h"
#include "bootloader/sandbox.h"
#include "bootloader/wish.h"
#include "hypervisor/next_kernel.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/clock.h"
#include "pvops/host/arena.h"
#include "pvops/host/clock.h"
#include "pvops/host/console.h"
#include "pvops/host/disk.h"
#include "pvops/host/log.h"
#include "pvops/host/nobody.h"
#include "pvops/host/power.h"
#include "pvops/host/waiter.h"
#include "pvops/machine.h"
#include "pvops/wait.h"

/* The process as a machine. */
struct reader {
    struct machine machine; /* first: a struct machine * is a struct reader * */
    const struct request *request;
    int pipe;
    struct arena arena;
    struct trace trace;
    struct clock clock;
    struct waiter waiter;
    struct memory_range memory;
    struct part part; /* of the disk: what begins at --offset */
    struct disk *disks[1];
};

/* ---- the kernel ----------------------------------------------------------------------------- */

/* Xen's builder takes one file beside the kernel. */
static int take_ramdisk(struct handover *handover, const struct next_kernel *next, struct log *log)
{
    if (next->module_count > 1) {
        return fail(log, ERR_UNSUPPORTED, "%s: Xen's builder loads one module, and not %zu",
                    next->name, next->module_count);
    }
    bool is_module = next->module_count == 1;
    handover->ramdisk = is_module ? next->modules[0].bytes : next->initrd;
    handover->ramdisk_size = is_module ? next->modules[0].size : next->initrd_size;
    return 0;
}

/* The domain's kind is not known here: Xen's builder judges the rest. */
static int enter(struct machine *machine, const struct next_kernel *next)
{
    const struct reader *reader = (const struct reader *)machine;
    struct handover handover = {
        .line = next->command_line, .kernel = next->image, .kernel_size = next->image_size};
    if (!next->xen.found) {
        return fail(machine->log, ERR_UNSUPPORTED,
                    "%s: no kernel for a Xen guest, PV or PVH: it has no Xen notes", next->name);
    }
    int error = take_ramdisk(&handover, next, machine->log);
    return error != 0 ? error : handover_send(&handover, reader->pipe, machine->log);
}

/* ---- the machine ---------------------------------------------------------------------------- */

static int open_console(struct machine *machine, const struct request *request)
{
    machine->unattended = request->quiet || request->lists || request->is_config;
    machine->console = machine->unattended ? host_nobody() : host_console(machine->log);
    if (machine->console == NULL) {
        return fail(machine->log, ERR_NOT_FOUND, "--quiet does without one");
    }
    machine->log = machine->unattended ? machine->log : host_console_log();
    machine->waiter->console = machine->console;
    machine->waiter->log = machine->log;
    machine->waiter->power = machine->power;
    return 0;
}

static int open_disk(struct reader *reader)
{
    const struct request *request = reader->request;
    struct machine *machine = &reader->machine;
    if (request->is_config) {
        reader->disks[machine->disk_count++] = blank_disk(machine->waiter);
        return 0;
    }
    static struct host_disk disk;
    int error = host_disk_open(&disk, request->image, 0, 0, machine->waiter, machine->log);
    if (error != 0) {
        return error;
    }
    reader->disks[machine->disk_count++] = &reader->part.disk;
    return part_open(&reader->part, &disk.disk, request->offset, machine->log);
}

static int open_memory(struct reader *reader)
{
    uint64_t size = reader->request->memory;
    reader->memory = (struct memory_range){.length = size, .kind = MEMORY_RAM};
    return host_arena_open(&reader->arena, size) == 0
               ? 0
               : fail(reader->machine.log, ERR_NO_MEMORY, "--memory: there are no %lu MiB",
                      size >> 20);
}

static void open_machine(struct reader *reader)
{
    host_clock_open(&reader->clock);
    host_waiter_open(&reader->waiter, &reader->clock);
    reader->machine = (struct machine){.arena = &reader->arena,
                                       .log = host_log(),
                                       .clock = &reader->clock,
                                       .power = host_power(),
                                       .waiter = &reader->waiter,
                                       .store = wish_store(reader->request),
                                       .trace = &reader->trace,
                                       .disks = reader->disks,
                                       .command_line = "",
                                       .memory = {.ranges = &reader->memory, .count = 1},
                                       .enter = enter};
}

/* ---- the whole ------------------------------------------------------------------------------ */

/* Whatever is a file is opened before the rights go; nothing in it is looked at. */
static int prepare(struct reader *reader)
{
    const struct request *request = reader->request;
    struct machine *machine = &reader->machine;
    open_machine(reader);
    if (open_memory(reader) != 0 || open_disk(reader) != 0 || wish_config(machine, request) != 0 ||
        open_console(machine, request) != 0) {
        return ERR_NOT_FOUND;
    }
    return sandbox_enter(request->user, request->memory, machine->log);
}

static int boot(struct machine *machine)
{
    int error = boot_main(machine);
    if (error == ERR_NO_MEMORY || error == ERR_TOO_LARGE) {
        log_line(machine->log, "--memory=MIB says how much there is");
    }
    return error == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int reader_run(const struct request *request, int pipe)
{
    static struct reader reader;
    static char
        buffer[BUFSIZ]; /* a stream that finds its own asks the system, which the sandbox forbids */
    (void)setvbuf(stdout, buffer, _IOLBF, sizeof buffer); /* as it cannot fail */
    reader.request = request;
    reader.pipe = pipe;
    if (prepare(&reader) != 0) {
        return EXIT_FAILURE;
    }
    if (request->lists || request->is_config) {
        return list_entries(&reader.machine, request) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    return boot(&reader.machine);
}
