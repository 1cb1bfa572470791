/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pvboot try: the boot loader itself, on this terminal: its menu, its editor, its prompt. What is
 * chosen is loaded, and said, and not entered.
 */
#include <stdio.h>
#include <stdlib.h>

#include "boot/main.h"
#include "hypervisor/next_kernel.h"
#include "pvops/host/console.h"
#include "pvops/host/power.h"
#include "pvops/wait.h"
#include "tool/print.h"
#include "tool/tool.h"
#include "tool/verdicts.h"

/* The tool's machine, with a person in front of it. */
struct tried {
    struct machine machine; /* first */
    const struct tool *tool;
};

static void print_boot(const struct verdicts *verdicts, const struct tool *tool,
                       const struct next_kernel *guest)
{
    host_console_suspend();
    print_line("      kernel   %s", guest->name);
    if (guest->initrd != NULL) {
        print_line("      initrd   %lu KiB", guest->initrd_size >> 10);
    }
    print_line("      command  %s", guest->command_line);
    verdicts_print(verdicts, tool, guest);
    (void)fflush(stdout); /* before the terminal changes */
    host_console_resume();
}

static int enter(struct machine *machine, const struct next_kernel *guest)
{
    const struct tool *tool = ((struct tried *)machine)->tool;
    struct verdicts verdicts;
    int error = verdicts_judge(&verdicts, tool, guest);
    if (error == 0) {
        print_boot(&verdicts, tool, guest);
    } else {
        verdicts_log(&verdicts, tool, machine->log);
    }
    return error;
}

int tool_try(struct tool *tool, char *const *arguments)
{
    (void)arguments;
    struct tried tried = {.machine = tool->machine, .tool = tool};
    struct machine *machine = &tried.machine;
    machine->console = host_console(machine->log);
    if (machine->console == NULL) {
        return EXIT_FAILURE;
    }
    machine->power = host_power();
    machine->log = host_console_log();
    machine->waiter->console = machine->console;
    machine->waiter->power = machine->power;
    machine->waiter->log = machine->log;
    machine->enter = enter;
    return boot_main(machine) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
