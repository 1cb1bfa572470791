/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen/exceptions.h"

#include <stdbool.h>
#include <stddef.h>

#include "hypervisor/xen/domain.h"
#include "hypervisor/xen/image.h"
#include "hypervisor/xen/xen.h"
#include "lib/log.h"

enum { PAGE_FAULT = 14 };

static struct log *report;

static const char *vector_name(uint64_t vector)
{
    static const char *const names[EXCEPTION_VECTORS] = {
        [0] = "division by zero",
        [1] = "debug exception",
        [2] = "NMI",
        [3] = "breakpoint",
        [4] = "overflow",
        [5] = "bound exceeded",
        [6] = "invalid instruction",
        [7] = "no FPU",
        [8] = "double fault",
        [10] = "invalid TSS",
        [11] = "segment not present",
        [12] = "stack fault",
        [13] = "protection fault",
        [PAGE_FAULT] = "page fault",
        [16] = "x87 exception",
        [17] = "alignment fault",
        [18] = "machine check",
        [19] = "SIMD exception",
    };
    return vector < EXCEPTION_VECTORS && names[vector] != NULL ? names[vector] : "exception";
}

static void print_registers(const struct exception_frame *f, uint64_t cr2)
{
    log_line(report, "rip %016lx  rsp %016lx  rflags %08lx  error %lx", f->rip, f->rsp, f->rflags,
             f->error_code);
    log_line(report, "rax %016lx  rbx %016lx  rcx %016lx  rdx %016lx", f->rax, f->rbx, f->rcx,
             f->rdx);
    log_line(report, "rsi %016lx  rdi %016lx  rbp %016lx  r8  %016lx", f->rsi, f->rdi, f->rbp,
             f->r8);
    log_line(report, "r9  %016lx  r10 %016lx  r11 %016lx  r12 %016lx", f->r9, f->r10, f->r11,
             f->r12);
    log_line(report, "r13 %016lx  r14 %016lx  r15 %016lx  cr2 %016lx", f->r13, f->r14, f->r15, cr2);
}

_Noreturn void exceptions_report(const struct exception_frame *frame, uint64_t cr2)
{
    static bool reporting;
    if (report != NULL && !reporting) { /* a fault in here must not come back */
        reporting = true;
        log_line(report, "pvboot crashed: %s at image + 0x%lx; please report these lines",
                 vector_name(frame->vector), frame->rip - IMAGE_BASE);
        print_registers(frame, cr2);
    }
    domain_shutdown(SHUTDOWN_crash);
}

void exceptions_set_log(struct log *log)
{
    report = log;
}
