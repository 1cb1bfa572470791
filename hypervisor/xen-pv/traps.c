/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/traps.h"

#include <stdbool.h>
#include <stddef.h>

#include "hypervisor/xen-pv/memory_map.h"
#include "hypervisor/xen-pv/pv_hypercall.h"
#include "hypervisor/xen-pv/shared_info.h"
#include "hypervisor/xen/domain.h"
#include "lib/log.h"

enum { VECTOR_COUNT = 20, STUB_SIZE = 16, PAGE_FAULT = 14 };

/* What trap_entry.S leaves on the stack. */
struct trap_frame {
    uint64_t r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
    uint64_t vector, error_code;
    uint64_t rip, cs, rflags, rsp, ss;
};

extern const char trap_stubs[]; /* one of STUB_SIZE bytes for each vector */

static struct log *report;

static const char *vector_name(uint64_t vector)
{
    static const char *const names[VECTOR_COUNT] = {
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
    return vector < VECTOR_COUNT && names[vector] != NULL ? names[vector] : "exception";
}

static void print_registers(const struct trap_frame *f)
{
    log_line(report, "rip %016lx  rsp %016lx  rflags %08lx  error %lx", f->rip, f->rsp, f->rflags,
             f->error_code);
    log_line(report, "rax %016lx  rbx %016lx  rcx %016lx  rdx %016lx", f->rax, f->rbx, f->rcx,
             f->rdx);
    log_line(report, "rsi %016lx  rdi %016lx  rbp %016lx  r8  %016lx", f->rsi, f->rdi, f->rbp,
             f->r8);
    log_line(report, "r9  %016lx  r10 %016lx  r11 %016lx  r12 %016lx", f->r9, f->r10, f->r11,
             f->r12);
    log_line(report, "r13 %016lx  r14 %016lx  r15 %016lx  cr2 %016lx", f->r13, f->r14, f->r15,
             shared_info()->vcpu_info[0].arch.cr2);
}

/* Called by trap_entry.S. */
_Noreturn void trap_report(const struct trap_frame *frame);
void trap_report(const struct trap_frame *frame)
{
    static bool reporting;
    if (report != NULL && !reporting) { /* a fault in here must not come back */
        reporting = true;
        log_line(report, "pvboot crashed: %s at image + 0x%lx; please report these lines",
                 vector_name(frame->vector), frame->rip - IMAGE_BASE);
        print_registers(frame);
    }
    domain_shutdown(SHUTDOWN_crash);
}

void traps_start(void)
{
    static trap_info_t table[VECTOR_COUNT + 1];
    for (uint8_t vector = 0; vector < VECTOR_COUNT; vector++) {
        uint64_t stub = (uint64_t)trap_stubs + (uint64_t)vector * STUB_SIZE;
        table[vector] = (trap_info_t){.vector = vector, .cs = FLAT_KERNEL_CS, .address = stub};
    }
    (void)hypercall_set_trap_table(table); /* without it a fault still ends the domain, silently */
}

void traps_set_log(struct log *log)
{
    report = log;
}

void traps_stop(void)
{
    (void)hypercall_set_trap_table(NULL); /* clearing cannot fail */
}
