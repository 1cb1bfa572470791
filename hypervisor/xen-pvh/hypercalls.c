/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "hypervisor/xen-pvh/cpu.h"
#include "hypervisor/xen-pvh/pvh_hypercall.h"
#include "hypervisor/xen/image.h"

/* Where a hypervisor's leaves may begin, in steps; others may come before Xen's. */
enum { FIRST_LEAF = 0x40000000, LEAF_STEP = 0x100, LEAF_LIMIT = 0x40010000 };

/* The leaf that says how many pages Xen fills (eax), and which MSR takes their addresses (ebx). */
enum { LEAF_PAGES = 2 };

/* A slot of the page: a call's number into eax, the instruction, and back. */
enum {
    SLOT_SIZE = 32,
    MOVE_TO_EAX = 0xb8,
    SLOT_NUMBER = 1,
    SLOT_INSTRUCTION = 5,
    INSTRUCTION_SIZE = 3,
    SLOT_RETURN = SLOT_INSTRUCTION + INSTRUCTION_SIZE,
    RETURN = 0xc3,
};

/* The name that a leaf has in ebx, then in these two. */
static bool is_called(uint32_t ebx, uint32_t second, uint32_t third, const char *name)
{
    const uint32_t words[] = {ebx, second, third};
    return memcmp(words, name, sizeof words) == 0;
}

static const uint8_t *call_instruction(void)
{
    static const uint8_t vmcall[] = {0x0f, 0x01, 0xc1}, vmmcall[] = {0x0f, 0x01, 0xd9};
    struct cpuid maker = cpuid(0);
    bool is_amd = is_called(maker.ebx, maker.edx, maker.ecx, "AuthenticAMD") ||
                  is_called(maker.ebx, maker.edx, maker.ecx, "HygonGenuine");
    return is_amd ? vmmcall : vmcall;
}

void hypercalls_by_instruction(void)
{
    const uint8_t *instruction = call_instruction();
    for (uint32_t number = 0; number < PAGE_SIZE / SLOT_SIZE; number++) {
        uint8_t *slot = hypercall_page + (size_t)number * SLOT_SIZE;
        slot[0] = MOVE_TO_EAX;
        memcpy(slot + SLOT_NUMBER, &number, sizeof number);
        memcpy(slot + SLOT_INSTRUCTION, instruction, INSTRUCTION_SIZE);
        slot[SLOT_RETURN] = RETURN;
    }
}

bool hypercalls_start(uint64_t page)
{
    for (uint32_t base = FIRST_LEAF; base < LEAF_LIMIT; base += LEAF_STEP) {
        struct cpuid leaf = cpuid(base);
        if (!is_called(leaf.ebx, leaf.ecx, leaf.edx, "XenVMMXenVMM")) {
            continue;
        }
        struct cpuid pages = cpuid(base + LEAF_PAGES);
        if (pages.eax > 0) {
            write_msr(pages.ebx, page);
        } else {
            hypercalls_by_instruction();
        }
        return true;
    }
    return false;
}
