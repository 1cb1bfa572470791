/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/commands.h"

#include <string.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

enum { STOP = 1 }; /* a command's answer: it was `boot`, the others do not count */

struct command_type {
    const char *name;
    const char *help;
    int (*run)(struct context *, const char *arguments); /* NULL: no meaning under Xen */
};

/*
 * Cuts the first word off `arguments`, into the arena. Returns the rest. NULL in *word: no memory.
 */
static const char *first_word(const struct context *context, const char *arguments,
                              const char **word)
{
    size_t length = strcspn(arguments, " ");
    *word = arena_copy(context->arena, arguments, length);
    arguments += length;
    return arguments + strspn(arguments, " ");
}

static int run_root(struct context *context, const char *arguments)
{
    size_t length = strcspn(arguments, " ");
    if (arguments[0] != '(') {
        return 0; /* boot.cfg's root=: a name for the kernel, not a place for us */
    }
    struct place *place = devices_find(context->devices, arguments, length);
    context->plan.root = place != NULL ? place : context->plan.root;
    return place != NULL ? 0 : ERR_NOT_FOUND;
}

/* Sets the kernel: the first word is its path, the rest its command line. */
static int set_kernel(struct context *context, const char *arguments)
{
    struct plan *plan = &context->plan;
    plan->arguments = first_word(context, arguments, &plan->kernel);
    plan->kernel_root = plan->root;
    return plan->kernel == NULL ? ERR_NO_MEMORY : 0;
}

static int run_kernel(struct context *context, const char *arguments)
{
    while (strncmp(arguments, "--", 2) == 0) { /* --type=..., --no-mem-option: of no meaning here */
        arguments += strcspn(arguments, " ");
        arguments += strspn(arguments, " ");
    }
    if (arguments[0] == '\0') {
        return fail(context->log, ERR_INVALID, "kernel: which file?");
    }
    return set_kernel(context, arguments);
}

static int add_initrd(struct context *context, const char *path)
{
    struct plan *plan = &context->plan;
    if (plan->initrd_count == PLAN_INITRDS) {
        return fail(context->log, ERR_TOO_LARGE, "initrd: more than %d files", (int)PLAN_INITRDS);
    }
    plan->module_count = 0; /* what comes later counts, as in pv-grub */
    plan->initrds[plan->initrd_count] = path;
    plan->initrd_roots[plan->initrd_count++] = plan->root;
    return path == NULL ? ERR_NO_MEMORY : 0;
}

static int run_initrd(struct context *context, const char *arguments)
{
    int error = 0;
    while (error == 0 && arguments[0] != '\0') {
        const char *path;
        arguments = first_word(context, arguments, &path);
        error = add_initrd(context, path);
    }
    return error;
}

static int add_module(struct context *context, const char *arguments, bool as_it_is)
{
    struct plan *plan = &context->plan;
    if (arguments[0] == '\0') {
        return fail(context->log, ERR_INVALID, "module: which file?");
    }
    if (plan->module_count == PLAN_MODULES) {
        return fail(context->log, ERR_TOO_LARGE, "module: more than %d files", (int)PLAN_MODULES);
    }
    struct plan_module *module = &plan->modules[plan->module_count++];
    *module = (struct plan_module){.root = plan->root, .as_it_is = as_it_is};
    module->arguments = first_word(context, arguments, &module->path);
    plan->initrd_count = 0; /* what comes later counts, as in pv-grub */
    return module->path == NULL ? ERR_NO_MEMORY : 0;
}

static int run_module(struct context *context, const char *arguments)
{
    return add_module(context, arguments, false);
}

static int run_modulenounzip(struct context *context, const char *arguments)
{
    return add_module(context, arguments, true);
}

/* boot.cfg's: a file and what it is told; the file is what a PV kernel can be given. */
static int run_load(struct context *context, const char *arguments)
{
    const char *path;
    (void)first_word(context, arguments, &path);
    return add_initrd(context, path);
}

/* menu.lst's is without arguments; boot.cfg's names the kernel. */
static int run_boot(struct context *context, const char *arguments)
{
    int error = arguments[0] == '\0' ? 0 : set_kernel(context, arguments);
    if (error == 0 && context->plan.kernel == NULL) {
        error = fail(context->log, ERR_INVALID, "boot: no kernel has been named");
    }
    return error != 0 ? error : STOP;
}

static const struct command_type commands[] = {
    {"boot", "boot [FILE [ARGUMENTS]]: start the kernel", run_boot},
    {"initrd", "initrd FILE...: files for the kernel's initial root", run_initrd},
    {"kernel", "kernel FILE [ARGUMENTS]: the kernel, and what it is told", run_kernel},
    {"load", "load FILE: a file for the kernel", run_load},
    {"module", "module FILE [ARGUMENTS]: a module for the kernel; gzip is unpacked", run_module},
    {"modulenounzip", "modulenounzip FILE [ARGUMENTS]: a module as it is", run_modulenounzip},
    {"root", "root DEVICE: where paths begin", run_root},
    {"rootnoverify", "rootnoverify DEVICE: where paths begin", run_root},
    {"clear", NULL, NULL},
    {"color", NULL, NULL},
    {"consdev", NULL, NULL},
    {"dev", NULL, NULL},
    {"format", NULL, NULL},
    {"fs", NULL, NULL},
    {"hiddenmenu", NULL, NULL},
    {"hide", NULL, NULL},
    {"makeactive", NULL, NULL},
    {"map", NULL, NULL},
    {"quiet", NULL, NULL},
    {"rndseed", NULL, NULL},
    {"savedefault", NULL, NULL},
    {"serial", NULL, NULL},
    {"splash", NULL, NULL},
    {"splashimage", NULL, NULL},
    {"terminal", NULL, NULL},
    {"unhide", NULL, NULL},
    {"userconf", NULL, NULL},
    {"verbose", NULL, NULL},
};

static const struct command_type *find(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static int run_one(struct context *context, const struct config *config,
                   const struct command *command)
{
    const struct command_type *type = find(command->name);
    if (type == NULL) {
        log_line(context->log, "%s:%u: \"%s\" is not known, and passed over", config->name,
                 command->line, command->name);
        return 0;
    }
    return type->run == NULL ? 0 : type->run(context, command->arguments);
}

int commands_run(struct context *context, const struct config *config,
                 const struct command_list *list)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < list->count; i++) {
        result = run_one(context, config, &list->commands[i]);
    }
    return result == STOP ? 0 : result;
}
