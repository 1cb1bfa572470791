/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/next/modules.h"

#include <string.h>

#include "hypervisor/next_kernel.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"

/* A descriptor (struct xen_multiboot_mod_list). */
enum { MOD_START = 0, MOD_END = 4, MOD_COMMAND_LINE = 8, DESCRIPTOR_SIZE = 16 };

#define SIZE_LIMIT (UINT64_C(1) << 52) /* bytes: no memory is larger, and sums do not overflow */

uint64_t modules_size(const struct next_kernel *next)
{
    uint64_t end = next->module_count > 0 ? PAGE_SIZE : 0;
    for (size_t i = 0; i < next->module_count; i++) {
        const struct kernel_module *module = &next->modules[i];
        if (module->size > SIZE_LIMIT) {
            return UINT64_MAX;
        }
        end = modules_place(module, end).end;
    }
    return end;
}

struct module_place modules_place(const struct kernel_module *module, uint64_t start)
{
    uint64_t command_line = start + align_up(module->size, PAGE_SIZE);
    uint64_t end = command_line + align_up(strlen(module->command_line) + 1, PAGE_SIZE);
    return (struct module_place){.start = start, .command_line = command_line, .end = end};
}

void modules_describe(uint8_t *page, unsigned index, const struct kernel_module *module,
                      const struct module_place *place)
{
    uint8_t *descriptor = page + (size_t)index * DESCRIPTOR_SIZE;
    put_le32(descriptor + MOD_START, (uint32_t)place->start);
    put_le32(descriptor + MOD_END, (uint32_t)(place->start + module->size - 1));
    put_le32(descriptor + MOD_COMMAND_LINE, (uint32_t)place->command_line);
}
