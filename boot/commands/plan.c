/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel, initrd, module, load, boot: what an entry's plan is made of. */
#include <string.h>

#include "boot/commands/context.h"
#include "boot/kernels.h"
#include "lib/error.h"
#include "menu/grammar/grammar.h"

/* "(hd0,1)/x" or "hd0a:x": where it lies matters beyond its reading. */
static bool names_device(const char *path)
{
    return path[0] == '(' || strchr(path, ':') != NULL;
}

/* The version that is asked for; 0: none. */
static unsigned multiboot_version(const struct command *command)
{
    if (strcmp(command->name, "multiboot2") == 0) {
        return 2;
    }
    return strcmp(command->name, "multiboot") == 0 ? 1 : 0;
}

/* Sets the kernel: the first word is its path, the rest its command line. */
static int set_kernel(struct context *context, const char *arguments)
{
    struct plan *plan = &context->plan;
    const char *path = context_word(context, &arguments), *rest;
    struct place *place = plan->root;
    if (path == NULL) {
        return ERR_NO_MEMORY;
    }
    if (names_device(path)) {
        place = devices_resolve(context->devices, plan->root, path, &rest);
        if (place == NULL) {
            return ERR_NOT_FOUND;
        }
    }
    plan->kernel = path;
    plan->arguments = arguments;
    plan->kernel_root = place;
    plan->multiboot = multiboot_version(context->command);
    return 0;
}

/* Passes over --type=..., --no-mem-option: of no meaning here. */
static const char *skip_options(const char *arguments)
{
    while (strncmp(arguments, "--", 2) == 0) {
        arguments += strcspn(arguments, " ");
        arguments += strspn(arguments, " ");
    }
    return arguments;
}

int run_kernel(struct context *context, const char *arguments)
{
    arguments = skip_options(arguments);
    if (arguments[0] == '\0') {
        return context_fail(context, ERR_INVALID, "which file?");
    }
    return set_kernel(context, arguments);
}

static int add_initrd(struct context *context, const char *path)
{
    struct plan *plan = &context->plan;
    if (plan->initrd_count == PLAN_INITRDS) {
        return context_fail(context, ERR_TOO_LARGE, "more than 16 files");
    }
    plan->module_count = 0; /* what comes later counts, as in pv-grub */
    plan->initrds[plan->initrd_count] = path;
    plan->initrd_roots[plan->initrd_count++] = plan->root;
    return path == NULL ? ERR_NO_MEMORY : 0;
}

int run_initrd(struct context *context, const char *arguments)
{
    int error = arguments[0] == '\0' ? context_fail(context, ERR_INVALID, "which file?") : 0;
    while (error == 0 && arguments[0] != '\0') {
        error = add_initrd(context, context_word(context, &arguments));
    }
    return error;
}

/* boot.cfg's: a file and its arguments; of both, a PV kernel takes the file. */
int run_load(struct context *context, const char *arguments)
{
    if (arguments[0] == '\0') {
        return context_fail(context, ERR_INVALID, "which file?");
    }
    return add_initrd(context, context_word(context, &arguments));
}

static int add_module(struct context *context, const char *arguments, bool as_it_is)
{
    struct plan *plan = &context->plan;
    arguments = skip_options(arguments);
    if (arguments[0] == '\0') {
        return context_fail(context, ERR_INVALID, "which file?");
    }
    if (plan->module_count == PLAN_MODULES) {
        return context_fail(context, ERR_TOO_LARGE, "more than 16 modules");
    }
    plan->initrd_count = 0; /* likewise */
    struct plan_module *module = &plan->modules[plan->module_count++];
    module->path = context_word(context, &arguments);
    module->arguments = arguments;
    module->root = plan->root;
    module->as_it_is = as_it_is;
    return module->path == NULL ? ERR_NO_MEMORY : 0;
}

int run_module(struct context *context, const char *arguments)
{
    return add_module(context, arguments, false);
}

int run_modulenounzip(struct context *context, const char *arguments)
{
    return add_module(context, arguments, true);
}

/* ---- boot ----------------------------------------------------------------------------------- */

/* "hd0a:" or "(hd0,1)": a device, and no file on it. */
static bool is_device_only(const char *word)
{
    size_t length = strlen(word);
    return length > 1 && (word[length - 1] == ':' || (word[0] == '(' && word[length - 1] == ')'));
}

/* In a config whose entries name their kernels, or a script; whoever types `boot` may mean netbsd. */
static bool names_kernel(const struct context *context)
{
    const struct config *config = context->config;
    return context->command->file != NULL && (config == NULL || config->grammar->names_kernel);
}

/* The first of the kernels that NetBSD's boot looks for, on `root`. */
static int set_default_kernel(struct context *context, struct place *root, const char *arguments)
{
    struct plan *plan = &context->plan;
    if (names_kernel(context)) {
        return context_fail(context, ERR_INVALID, "no kernel has been named");
    }
    plan->kernel = kernels_find(context->devices, root, &plan->kernel_root, context->arena);
    plan->arguments = arguments;
    return plan->kernel != NULL
               ? 0
               : context_fail(
                     context, ERR_NOT_FOUND,
                     "no kernel has been named, and there is none of NetBSD's or FreeBSD's names");
}

static int set_device_and_kernel(struct context *context, const char *word, const char *arguments)
{
    const char *rest;
    struct place *place = devices_resolve(context->devices, context->plan.root, word, &rest);
    if (place != NULL && rest[0] != '\0') {
        return context_fail(context, ERR_NOT_FOUND, "there is no such device");
    }
    return place == NULL ? ERR_NOT_FOUND : set_default_kernel(context, place, arguments);
}

/* NetBSD's boot goes through its names with and without .gz; a name of its own is no worse off. */
static int set_named_kernel(struct context *context, const char *arguments)
{
    struct plan *plan = &context->plan;
    int error = set_kernel(context, arguments);
    if (error != 0) {
        return error;
    }
    plan->kernel =
        kernels_packed(context->devices, plan->kernel_root, plan->kernel, context->arena);
    return plan->kernel == NULL ? ERR_NO_MEMORY : 0;
}

/* menu.lst's is without arguments; boot.cfg's names the kernel, or flags for the default one. */
static int set_boot(struct context *context, const char *arguments)
{
    const char *rest = arguments;
    const char *word = context_word(context, &rest);
    if (word == NULL) {
        return ERR_NO_MEMORY;
    }
    if (is_device_only(word)) {
        return set_device_and_kernel(context, word, rest);
    }
    if (word[0] != '\0' && word[0] != '-') {
        return set_named_kernel(context, arguments);
    }
    if (context->plan.kernel == NULL) {
        return set_default_kernel(context, context->plan.root, arguments);
    }
    if (word[0] == '-') {
        context->plan.arguments = arguments;
    }
    return 0;
}

/* What could not be started is no part of the plan: the next `boot` begins where this one did. */
int run_boot(struct context *context, const char *arguments)
{
    const struct plan before = context->plan;
    int result = set_boot(context, arguments);
    if (result == 0) {
        result = context_start(context);
    }
    if (result < 0) {
        context->plan = before;
    }
    return result;
}
