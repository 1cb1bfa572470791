/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/next/multiboot.h"

#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pvh/next/layout.h"
#include "hypervisor/xen-pvh/next/way.h"
#include "hypervisor/xen-pvh/start_info.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum { LOWER_END = 640, UPPER_START = 1024, KIB = 1024 };

int multiboot_take(const struct next_kernel *next, unsigned version, struct flat_kernel *kernel,
                   struct log *log)
{
    const struct kernel_multiboot *multiboot = &next->multiboot;
    if (multiboot->version != version) {
        return ERR_NOT_FOUND;
    }
    if (multiboot->unknown != 0) {
        return fail(log, ERR_UNSUPPORTED,
                    "%s: its multiboot header insists on something that is not known: 0x%x",
                    next->name, multiboot->unknown);
    }
    if (multiboot->has_addresses && multiboot->image.memory_size == 0) {
        return fail(log, ERR_CORRUPT, "%s: the addresses in its multiboot header cannot be right",
                    next->name);
    }
    *kernel = (struct flat_kernel){
        .segments = multiboot->has_addresses ? &multiboot->image : next->segments,
        .segment_count = multiboot->has_addresses ? 1 : next->segment_count,
        .entry = multiboot->has_entry ? multiboot->entry : (uint32_t)next->entry_paddr,
        .can_move = multiboot->can_move,
        .alignment = multiboot->alignment,
        .minimum = multiboot->minimum,
        .maximum = multiboot->maximum,
        .modules_end = FLAT_LIMIT,
        .wants_rsdp_low = version == 1, /* which has no field for it */
    };
    return 0;
}

/* A line that begins with a path, or does not. */
static uint64_t write_line(struct writer *writer, const char *path, const char *arguments)
{
    if (path == NULL || path[0] == '\0') {
        return writer_text(writer, arguments);
    }
    uint64_t at = writer_text(writer, path);
    if (arguments[0] != '\0') {
        writer_put(writer, writer->used - 1, " ", 1); /* in place of the path's NUL */
        (void)writer_text(writer, arguments);
    }
    return at;
}

uint64_t multiboot_write_line(struct writer *writer, const struct told *told)
{
    return write_line(writer, told->next->multiboot.path, told->next->command_line);
}

uint64_t multiboot_write_module_line(struct writer *writer, const struct told *told, size_t index)
{
    bool has_path = told->next->multiboot.path != NULL;
    const struct kernel_module *module = &told->next->modules[index];
    if (told->next->module_count == 0) {
        return writer_text(writer, ""); /* an initrd */
    }
    return writer_text(writer, has_path ? module->command_line : module->arguments);
}

/* Where the RAM ends that is at `start`; `start` itself: there is none. Ranges may follow each other in any order. */
static uint64_t end_of_ram(const struct memory *memory, uint64_t start)
{
    uint64_t end = start;
    for (size_t i = 0; i < memory->count; i++) {
        const struct memory_range *range = &memory->ranges[i];
        if (range->kind == MEMORY_RAM && range->start <= end &&
            end - range->start < range->length) {
            end = range->start + range->length;
            i = (size_t)-1; /* from the beginning: the end only grows */
        }
    }
    return end;
}

uint32_t multiboot_lower(const struct memory *memory)
{
    return (uint32_t)min_u64(end_of_ram(memory, 0) / KIB, LOWER_END);
}

uint32_t multiboot_upper(const struct memory *memory)
{
    uint64_t start = (uint64_t)UPPER_START * KIB;
    return (uint32_t)min_u64((end_of_ram(memory, start) - start) / KIB, UINT32_MAX);
}
