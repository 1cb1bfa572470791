/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pvboot try: the boot loader itself, on this terminal: its menu, its editor, its prompt. What is
 * chosen is loaded, and said, and not entered.
 */
#include <stdio.h>
#include <stdlib.h>

#include "boot/main.h"
#include "boot/trace.h"
#include "hypervisor/next_kernel.h"
#include "libpvboot/handle.h"
#include "libpvboot/verdicts.h"
#include "pvops/host/console.h"
#include "pvops/host/power.h"
#include "pvops/machine.h"
#include "tool/print.h"
#include "tool/tool.h"
#include "tool/verdict.h"

/* A machine that is only thought of, with a person in front of it. */
struct tried {
    struct machine machine; /* first */
    struct memory_range memory;
    struct trace trace;
    struct asked asked;
};

static void print_boot(const struct tried *tried, const struct verdicts *verdicts,
                       const struct next_kernel *guest)
{
    char text[VERDICT_TEXT_SIZE];
    host_console_suspend();
    print_line("      kernel   %s", guest->name);
    if (guest->initrd != NULL) {
        print_line("      initrd   %lu KiB", guest->initrd_size >> 10);
    }
    print_line("      command  %s", guest->command_line);
    for (unsigned type = 0; type < HOST_TYPES; type++) {
        if (tried->asked.types[type]) {
            verdict_describe(verdicts, type, &tried->asked, guest, text);
            print_line("      %-8s %s", verdict_names[type], text);
        }
    }
    print_verdict(true, tried->asked.types[HOST_PV] && verdicts->of[HOST_PV].error == 0,
                  tried->asked.types[HOST_PVH] && verdicts->of[HOST_PVH].error == 0);
    (void)fflush(stdout); /* before the terminal changes */
    host_console_resume();
}

static int enter(struct machine *machine, const struct next_kernel *guest)
{
    const struct tried *tried = (const struct tried *)machine;
    struct verdicts verdicts;
    int error = verdicts_judge(&verdicts, &tried->asked, guest, machine->arena);
    if (error == 0) {
        print_boot(tried, &verdicts, guest);
    } else {
        verdicts_log(&verdicts, &tried->asked, machine->log);
    }
    return error;
}

static int run(struct tried *tried, struct tool *tool, struct console *console)
{
    struct pvboot *pvboot = tool->pvboot;
    struct waiter *waiter = &pvboot->waiter;
    const char *extra = tool->domain.extra;
    tried->memory = (struct memory_range){.length = tried->asked.memory, .kind = MEMORY_RAM};
    tried->machine = (struct machine){.arena = &pvboot->arena,
                                      .log = host_console_log(),
                                      .console = console,
                                      .clock = &pvboot->clock,
                                      .power = host_power(),
                                      .waiter = waiter,
                                      .trace = &tried->trace,
                                      .disks = pvboot->disks,
                                      .disk_count = pvboot->disk_count,
                                      .command_line = extra != NULL ? extra : "",
                                      .enters_pv = true,
                                      .enters_flat = true,
                                      .memory = {.ranges = &tried->memory, .count = 1},
                                      .enter = enter};
    waiter->console = console;
    waiter->power = tried->machine.power;
    waiter->log = tried->machine.log;
    return boot_main(&tried->machine) == 0 ? STATUS_GOOD : STATUS_BAD;
}

int tool_try(struct tool *tool, char *const *arguments)
{
    (void)arguments;
    struct tried tried = {0};
    if (asked_open(&tried.asked, &tool->domain, &tool->said.log) != 0) {
        return STATUS_BAD;
    }
    struct console *console = host_console(&tool->said.log);
    return console != NULL ? run(&tried, tool, console) : STATUS_BAD;
}
