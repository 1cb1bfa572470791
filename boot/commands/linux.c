/* SPDX-License-Identifier: BSD-2-Clause */
/* linux, multiboot: GRUB 2's names of a kernel; chainloader, fwsetup: what cannot be under Xen. */
#include "boot/commands/context.h"
#include "lib/error.h"

/* A kernel that is named begins a new plan. */
int run_linux(struct context *context, const char *arguments)
{
    context->plan.initrd_count = context->plan.module_count = 0;
    return run_kernel(context, arguments);
}

/* Words with blanks in them are one for the kernel, too. */
int script_linux(struct context *context, const struct script_call *call)
{
    const char *arguments = context_join(context, call, 1, true);
    return arguments != NULL ? run_linux(context, arguments) : ERR_NO_MEMORY;
}

int run_chainloader(struct context *context, const char *arguments)
{
    (void)arguments;
    return context_fail(
        context, ERR_UNSUPPORTED,
        "it starts another boot loader, and under Xen there is no firmware for one");
}

int run_fwsetup(struct context *context, const char *arguments)
{
    (void)arguments;
    return context_fail(context, ERR_UNSUPPORTED, "under Xen there is no firmware to set up");
}

int run_cryptomount(struct context *context, const char *arguments)
{
    (void)arguments;
    return context_fail(context, ERR_UNSUPPORTED, "encrypted disks are not read");
}

int run_loopback(struct context *context, const char *arguments)
{
    (void)arguments;
    return context_fail(context, ERR_UNSUPPORTED, "a file that holds a disk is not read");
}
