/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loader's main: a machine over Xen, handed to boot/. The tool's counterpart is tool/main.c.
 *
 *      _start -> pv_start() or pvh_start() -> loader_main() -> boot_main() -> enter() -> the next kernel
 */
#include "boot/main.h"

#include <stddef.h>

#include "boot/trace.h"
#include "hypervisor/xen/domain.h"
#include "hypervisor/xen/exceptions.h"
#include "hypervisor/xen/grants.h"
#include "hypervisor/xen/guest.h"
#include "hypervisor/xen/image.h"
#include "hypervisor/xen/time.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "libc/constructors.h"
#include "loader/costs.h"
#include "pvops/machine.h"
#include "pvops/power.h"
#include "pvops/wait.h"
#include "pvops/xen/blkfront.h"
#include "pvops/xen/clock.h"
#include "pvops/xen/console.h"
#include "pvops/xen/frontend.h"
#include "pvops/xen/power.h"
#include "pvops/xen/store.h"
#include "pvops/xen/vbds.h"
#include "pvops/xen/waiter.h"
#include "pvops/xen/xenstore.h"

static struct arena arena;
static const struct guest *guest;

/* What the disks have to say goes wherever the machine's log goes just then. */
struct relay {
    struct log log; /* first: a struct log * is a struct relay * */
    const struct machine *machine;
};

static void relay_line(struct log *log, const char *text)
{
    const struct relay *relay = (const struct relay *)log;
    relay->machine->log->line(relay->machine->log, text);
}

/* Until nothing that we have asked for is under way. */
static int close_devices(struct log *log)
{
    int error = frontends_close();
    if (error != 0) {
        return error;
    }
    xen_power_leave();
    error = xenstore_flush();
    return error == 0
               ? 0
               : fail(log, error,
                      "xenstore: some answers have not come, and would reach the next kernel: %s",
                      error_text(error));
}

/*
 * All is read, so the disks close while the next guest is built. Nothing else is torn down before
 * both have gone well; then the rest cannot fail.
 */
static int enter(struct machine *machine, const struct next_kernel *next)
{
    struct guest_costs costs = {0};
    trace_enter(machine, TRACE_LAYOUT);
    int error = guest->check(next, machine->log);
    if (error != 0) {
        return error;
    }
    frontends_begin_closing();
    error = guest->build(next, machine->arena, machine->log, &costs);
    trace_enter(machine, TRACE_HAND_OVER);
    int stuck = close_devices(machine->log);
    if (error == 0 && stuck != 0) {
        guest->discard();
        error = stuck;
    }
    if (error != 0) {
        frontends_open();
        return error;
    }
    costs_print(machine, &costs);
    xen_console_leave();
    guest->enter();
    __builtin_unreachable();
}

static void open_disks(struct machine *machine)
{
    static struct relay relay = {.log.line = relay_line};
    relay.machine = machine;
    trace_enter(machine, TRACE_DEVICES);
    if (grants_start() != 0) {
        log_line(machine->log, "Xen gives no grant table: no disk can be read");
        return;
    }
    struct vbds vbds;
    const struct blkfront_surroundings around = {
        .arena = &arena, .waiter = machine->waiter, .log = &relay.log};
    (void)vbds_open(&vbds, &around); /* logged; the menu says that there is no disk */
    machine->disks = vbds.disks;
    machine->disk_count = vbds.count;
}

/* Called by the kind of guest that Xen has started, to which entry.S gives it. */
_Noreturn guest_main loader_main;
void loader_main(const struct guest *started)
{
    static struct trace trace;
    guest = started;
    struct machine machine = {
        .arena = &arena,
        .log = xen_console_log(),
        .console = xen_console(),
        .clock = xen_clock(),
        .power = xen_power(),
        .waiter = xen_waiter(),
        .trace = &trace,
        .store = xen_store(),
        .command_line = guest->command_line,
        .memory = guest->memory,
        .build_id = build_id,
        .build_id_size = BUILD_ID_SIZE,
        .enters_pv = guest->enters_pv,
        .enters_flat = guest->enters_flat,
        .enter = enter,
    };
    machine.waiter->console = machine.console;
    machine.waiter->power = machine.power;
    machine.waiter->log = machine.log;
    trace.since = guest->start_time / MICROSECONDS;
    exceptions_set_log(machine.log);
    run_constructors();
    guest->open_arena(&arena);
    open_disks(&machine);
    trace_enter(&machine, TRACE_SCAN);
    machine.ramdisk = guest->ramdisk(&machine.ramdisk_size, machine.log);
    (void)boot_main(&machine); /* it ends only where there is no memory for it, and has said so */
    /* A domain that is off is gone; one that has crashed is seen by the host, which may keep it. */
    machine.power->crash(machine.power);
    domain_shutdown(SHUTDOWN_crash);
}
