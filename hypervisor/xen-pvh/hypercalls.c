/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "hypervisor/xen-pvh/cpu.h"
#include "hypervisor/xen-pvh/pvh_hypercall.h"

/* Where a hypervisor's leaves may begin, in steps; others may come before Xen's. */
enum { FIRST_LEAF = 0x40000000, LEAF_STEP = 0x100, LEAF_LIMIT = 0x40010000 };

static bool is_xen(const struct cpuid *leaf)
{
    char name[12];
    memcpy(name, &leaf->ebx, 4);
    memcpy(name + 4, &leaf->ecx, 4);
    memcpy(name + 8, &leaf->edx, 4);
    return memcmp(name, "XenVMMXenVMM", sizeof name) == 0;
}

bool hypercalls_start(uint64_t page)
{
    for (uint32_t base = FIRST_LEAF; base < LEAF_LIMIT; base += LEAF_STEP) {
        struct cpuid leaf = cpuid(base);
        if (is_xen(&leaf)) {
            write_msr(cpuid(base + 2).ebx, page);
            return true;
        }
    }
    return false;
}
