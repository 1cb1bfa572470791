/* SPDX-License-Identifier: BSD-2-Clause */
/* The processor as it was at the first instruction, and what a PV kernel can read of its control registers. */
#include "tests/xen/probe/pv/probe_pv.h"

#define READ_REGISTER(name)                                    \
    ({                                                         \
        uint64_t value_;                                       \
        __asm__ volatile("mov %%" name ", %0" : "=r"(value_)); \
        value_;                                                \
    })

void report_registers(void)
{
    static const char *const names[REGISTER_COUNT] = {
        "rax", "rbx", "rcx", "rdx", "rsi",    "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11",
        "r12", "r13", "r14", "r15", "rflags", "cs",  "ss",  "ds",  "es", "fs", "gs"};
    for (size_t i = 0; i < REGISTER_COUNT; i++) {
        say("registers: %s %lx", names[i], registers_at_entry[i]);
    }
    say("registers: cr0 %lx cr4 %lx", READ_REGISTER("cr0"), READ_REGISTER("cr4"));
    say("registers: dr0 %lx dr1 %lx dr2 %lx dr3 %lx dr6 %lx dr7 %lx", READ_REGISTER("dr0"),
        READ_REGISTER("dr1"), READ_REGISTER("dr2"), READ_REGISTER("dr3"), READ_REGISTER("dr6"),
        READ_REGISTER("dr7"));
    say("registers: fs base %lx gs base %lx kernel gs base %lx", fs_base_at_entry,
        read_msr(MSR_GS_BASE), read_msr(MSR_KERNEL_GS_BASE));
    say("registers: fcw %x mxcsr %x", *(const uint16_t *)fpu_at_entry,
        *(const uint32_t *)(fpu_at_entry + 24));
    for (size_t i = 0; i < sizeof fpu_at_entry; i += 64) {
        say("registers: fxsave + %zu: %016lx", i, digest(fpu_at_entry + i, 64));
    }
}
