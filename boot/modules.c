/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/modules.h"

#include "boot/plan.h"
#include "boot/progress.h"
#include "fs/packed.h"
#include "hypervisor/next_kernel.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/machine.h"
#include "unpack/unpackers.h"

/* Reads a file, or unpacks it, into the output. */
static int fill(struct output *output, const struct source *source, bool is_packed)
{
    if (is_packed) {
        return packed_unpack(&gzip_unpacker, source, 0, source->size, output);
    }
    if (source->size > output->limit) {
        return fail(source->log, ERR_TOO_LARGE, "%s: larger than the domain's %lu MiB of memory",
                    source->name, output->limit >> 20);
    }
    output->size = source->size;
    output->bytes = arena_pages(output->arena, source->size);
    if (output->bytes == NULL) {
        return fail(source->log, ERR_NO_MEMORY, "%s: no memory for its %lu MiB", source->name,
                    source->size >> 20);
    }
    return progress_read(output->progress, source, output->bytes);
}

static int load_module(struct kernel_module *module, const struct plan_module *plan,
                       const struct source *source, const struct machine *machine, bool verbose)
{
    const char *text = plan->arguments[0] == '\0'
                           ? plan->path
                           : arena_format(machine->arena, "%s %s", plan->path, plan->arguments);
    if (text == NULL) {
        return ERR_NO_MEMORY;
    }
    struct load_progress progress = progress_start(machine, source->name, verbose);
    struct output output = {.arena = machine->arena,
                            .progress = &progress.progress,
                            .limit = memory_ram(&machine->memory)};
    bool is_packed = !plan->as_it_is && packed_find(source, 0) == &gzip_unpacker;
    int error = fill(&output, source, is_packed);
    if (error != 0) {
        return error;
    }
    progress_finish(&progress, output.size);
    *module = (struct kernel_module){.bytes = output.bytes,
                                     .size = output.size,
                                     .command_line = text,
                                     .arguments = plan->arguments};
    return 0;
}

int modules_load(struct next_kernel *next, const struct plan *plan, const struct file *files,
                 const struct machine *machine, bool verbose)
{
    struct kernel_module *modules =
        arena_array(machine->arena, plan->module_count, sizeof *modules);
    int error = modules == NULL ? ERR_NO_MEMORY : 0;
    for (size_t i = 0; error == 0 && i < plan->module_count; i++) {
        error = load_module(&modules[i], &plan->modules[i], &files[i].source, machine, verbose);
    }
    next->modules = modules;
    next->module_count = plan->module_count;
    return error;
}
