/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * context DOMID: a program for dom0 that prints what Xen keeps of a domain's first processor and a guest cannot read itself:
 * trap handlers, callbacks, descriptor tables, VM assists, debug registers. Values that are frames are only counted.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <xenctrl.h>

static void print_array(const char *name, const unsigned long *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (values[i] != 0) {
            (void)printf("context: %s %zu: %lx\n", name, i, values[i]);
        }
    }
}

static void print_traps(const vcpu_guest_context_x86_64_t *context)
{
    unsigned handlers = 0;
    for (size_t i = 0; i < 256; i++) {
        handlers += context->trap_ctxt[i].address != 0;
    }
    (void)printf("context: %u trap handlers\n", handlers);
}

static void print_context(const vcpu_guest_context_x86_64_t *context)
{
    (void)printf("context: flags %" PRIx64 "\n", (uint64_t)context->flags);
    print_traps(context);
    (void)printf("context: ldt %" PRIx64 " with %" PRIu64 " entries, gdt with %" PRIu64 "\n",
                 (uint64_t)context->ldt_base, (uint64_t)context->ldt_ents,
                 (uint64_t)context->gdt_ents);
    (void)printf("context: kernel stack %" PRIx64 ":%" PRIx64 "\n", (uint64_t)context->kernel_ss,
                 (uint64_t)context->kernel_sp);
    (void)printf("context: cr0 %lx cr2 %lx cr4 %lx, user page table %s\n",
                 (unsigned long)context->ctrlreg[0], (unsigned long)context->ctrlreg[2],
                 (unsigned long)context->ctrlreg[4], context->ctrlreg[1] != 0 ? "set" : "none");
    print_array("debug register", (const unsigned long *)context->debugreg, 8);
    (void)printf("context: callbacks event %lx failsafe %lx syscall %lx\n",
                 (unsigned long)context->event_callback_eip,
                 (unsigned long)context->failsafe_callback_eip,
                 (unsigned long)context->syscall_callback_eip);
    (void)printf("context: vm_assist %lx\n", (unsigned long)context->vm_assist);
    (void)printf("context: fs %" PRIx64 " gs kernel %" PRIx64 " user %" PRIx64 "\n",
                 (uint64_t)context->fs_base, (uint64_t)context->gs_base_kernel,
                 (uint64_t)context->gs_base_user);
    (void)printf("context: iopl %u\n", (unsigned)(context->user_regs.rflags >> 12 & 3));
}

int main(int count, char **words)
{
    vcpu_guest_context_any_t context;
    xc_interface *xen = xc_interface_open(NULL, NULL, 0);
    if (count != 2 || xen == NULL ||
        xc_vcpu_getcontext(xen, (uint32_t)strtoul(words[1], NULL, 10), 0, &context) != 0) {
        perror("context");
        return EXIT_FAILURE;
    }
    print_context(&context.x64);
    (void)xc_interface_close(xen);
    return EXIT_SUCCESS;
}
