/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/descriptors.h"

#include "hypervisor/xen-pvh/cpu.h"
#include "hypervisor/xen-pvh/memory_map.h"
#include "hypervisor/xen/exceptions.h"

enum { STUB_SIZE = 16, INTERRUPT_GATE = 0x8e };

/* As the processor reads it. */
struct gate {
    uint16_t offset_low, selector;
    uint8_t stack, type;
    uint16_t offset_middle;
    uint32_t offset_high, reserved;
};

struct __attribute__((packed)) table_pointer {
    uint16_t limit;
    uint64_t base;
};

extern const char exception_stubs[]; /* one of STUB_SIZE bytes for each vector */

/* Called by exceptions_entry.S. */
_Noreturn void exception_report(const struct exception_frame *frame);
void exception_report(const struct exception_frame *frame)
{
    exceptions_report(frame, read_cr2());
}

void descriptors_start(void)
{
    static struct gate table[EXCEPTION_VECTORS];
    for (unsigned vector = 0; vector < EXCEPTION_VECTORS; vector++) {
        uint64_t stub = (uint64_t)exception_stubs + (uint64_t)vector * STUB_SIZE;
        table[vector] = (struct gate){
            .offset_low = (uint16_t)stub,
            .selector = CODE64_SELECTOR,
            .type = INTERRUPT_GATE,
            .offset_middle = (uint16_t)(stub >> 16),
            .offset_high = (uint32_t)(stub >> 32),
        };
    }
    const struct table_pointer pointer = {.limit = sizeof table - 1, .base = (uint64_t)table};
    __asm__ volatile("lidt %0" ::"m"(pointer));
}
