/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/modules.h"

#include <string.h>

#include "boot/progress.h"
#include "fs/packed.h"
#include "fs/source.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/machine.h"
#include "unpack/unpackers.h"

/* A descriptor (struct xen_multiboot_mod_list). */
enum { MOD_START = 0, MOD_END = 4, MOD_COMMAND_LINE = 8, DESCRIPTOR_SIZE = 16 };

/* Modules that are packed are unpacked before the package begins, for nobody knows how large they will be. */
static int unpack_module(struct module *module, const struct machine *machine, bool verbose)
{
    const struct source *source = module->source;
    module->size = source->size;
    if (!module->unpack || packed_find(source, 0) != &gzip_unpacker) {
        return 0;
    }
    struct load_progress progress = progress_start(machine, source->name, verbose);
    struct output output = {
        .arena = machine->arena, .progress = &progress.progress, .limit = machine->memory};
    int error = packed_unpack(&gzip_unpacker, source, 0, source->size, &output);
    if (error == 0) {
        module->bytes = output.bytes;
        module->size = output.size;
        progress_finish(&progress, module->size);
    }
    return error;
}

/* Bytes of a module and its command line, in whole pages; false when that is larger than any memory. */
static bool add_size(const struct module *module, uint64_t *sum)
{
    size_t text = strlen(module->path) + 1 + strlen(module->arguments) + 1;
    return module->size <= UINT32_MAX &&
           checked_add(*sum, align_up(module->size, PAGE_SIZE) + align_up(text, PAGE_SIZE), sum) &&
           *sum <= UINT32_MAX;
}

static int allocate_package(struct modules *modules, const struct machine *machine, struct log *log)
{
    bool fits = true;
    modules->size = PAGE_SIZE;
    for (size_t i = 0; fits && i < modules->count; i++) {
        fits = add_size(&modules->modules[i], &modules->size);
    }
    if (!fits || modules->size > machine->memory) {
        return fail(log, ERR_TOO_LARGE,
                    "%s: the modules are larger than the domain's %lu MiB of memory",
                    modules->modules[0].source->name, machine->memory >> 20);
    }
    modules->package = arena_pages(machine->arena, modules->size);
    if (modules->package == NULL) {
        return fail(log, ERR_NO_MEMORY, "%s: no memory for %lu MiB of modules",
                    modules->modules[0].source->name, modules->size >> 20);
    }
    memset(modules->package, 0, PAGE_SIZE);
    return 0;
}

static int read_module(const struct module *module, uint8_t *bytes, const struct machine *machine,
                       bool verbose)
{
    if (module->bytes != NULL) {
        memcpy(bytes, module->bytes, module->size);
        return 0;
    }
    struct load_progress progress = progress_start(machine, module->source->name, verbose);
    int error = progress_read(&progress.progress, module->source, bytes);
    if (error == 0) {
        progress_finish(&progress, module->size);
    }
    return error;
}

/* "PATH ARGUMENTS", or the path alone. */
static void write_command_line(const struct module *module, char *text)
{
    size_t length = strlen(module->path);
    memcpy(text, module->path, length + 1);
    if (module->arguments[0] != '\0') {
        text[length] = ' ';
        memcpy(text + length + 1, module->arguments, strlen(module->arguments) + 1);
    }
}

/* Puts a module at `offset` of the package. Returns 0 or an error of reading. */
static int add_module(const struct modules *modules, size_t index, uint64_t *offset,
                      const struct machine *machine, bool verbose)
{
    const struct module *module = &modules->modules[index];
    uint8_t *descriptor = modules->package + index * DESCRIPTOR_SIZE;
    uint64_t start = *offset, end = start + align_up(module->size, PAGE_SIZE);
    int error = read_module(module, modules->package + start, machine, verbose);
    memset(modules->package + start + module->size, 0, end - start - module->size);
    put_le32(descriptor + MOD_START, (uint32_t)start);
    put_le32(descriptor + MOD_END, (uint32_t)(start + module->size - 1));
    put_le32(descriptor + MOD_COMMAND_LINE, (uint32_t)end);

    char *text = (char *)modules->package + end;
    *offset = end + align_up(strlen(module->path) + 1 + strlen(module->arguments) + 1, PAGE_SIZE);
    memset(text, 0, *offset - end);
    write_command_line(module, text);
    return error;
}

int modules_load(struct modules *modules, const struct machine *machine, bool verbose,
                 struct log *log)
{
    int error = 0;
    for (size_t i = 0; error == 0 && i < modules->count; i++) {
        error = unpack_module(&modules->modules[i], machine, verbose);
    }
    error = error != 0 ? error : allocate_package(modules, machine, log);
    uint64_t offset = PAGE_SIZE;
    for (size_t i = 0; error == 0 && i < modules->count; i++) {
        error = add_module(modules, i, &offset, machine, verbose);
    }
    return error;
}
