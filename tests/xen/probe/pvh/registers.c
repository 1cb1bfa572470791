/* SPDX-License-Identifier: BSD-2-Clause */
/* The processor as it was at the first instruction. */
#include "hypervisor/xen-pvh/cpu.h"
#include "tests/xen/probe/pvh/probe_pvh.h"

static void report_pointer(const char *name, const uint8_t *pointer)
{
    say("registers: %s limit %x base %x", name, pointer[0] | pointer[1] << 8,
        (unsigned)pointer[2] | (unsigned)pointer[3] << 8 | (unsigned)pointer[4] << 16 |
            (unsigned)pointer[5] << 24);
}

static void report_msrs(void)
{
    static const struct {
        unsigned number;
        const char *name;
    } msrs[] = {{0x1b, "apic base"},    {0x277, "pat"},          {0x2ff, "mtrr default"},
                {0x174, "sysenter cs"}, {0x175, "sysenter sp"},  {0x176, "sysenter ip"},
                {0xc0000081, "star"},   {0xc0000082, "lstar"},   {0xc0000083, "cstar"},
                {0xc0000084, "sfmask"}, {0xc0000101, "gs base"}, {0xc0000102, "kernel gs base"}};
    for (size_t i = 0; i < sizeof msrs / sizeof msrs[0]; i++) {
        say("registers: msr %s %lx", msrs[i].name, read_msr(msrs[i].number));
    }
}

void report_registers(void)
{
    static const char *const names[REGISTER_COUNT] = {
        "eax", "ebx", "ecx",  "edx", "esi", "edi", "ebp", "esp", "eflags", "cr0", "cr2", "cr3",
        "cr4", "dr7", "efer", "cs",  "ds",  "es",  "ss",  "fs",  "gs",     "tr",  "ldtr"};
    for (size_t i = 0; i < REGISTER_COUNT; i++) {
        say("registers: %s %x", names[i], registers_at_entry[i]);
    }
    report_pointer("gdt", gdt_at_entry);
    report_pointer("idt", idt_at_entry);
    report_msrs();
    say("registers: fcw %x mxcsr %x", *(const uint16_t *)fpu_at_entry,
        *(const uint32_t *)(fpu_at_entry + 24));
    for (size_t i = 0; i < sizeof fpu_at_entry; i += 64) {
        say("registers: fxsave + %zu: %016lx", i, digest(fpu_at_entry + i, 64));
    }
}
