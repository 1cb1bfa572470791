/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/freebsd.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "boot/devices.h"
#include "boot/freebsd_files.h"
#include "boot/plan.h"
#include "hypervisor/next_kernel.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

/* A command line that is being made. */
struct kenv {
    char text[COMMAND_LINE_SIZE];
    size_t length;
    struct log *log;
};

bool freebsd_is(const char *guest_os)
{
    return strcasecmp(guest_os, "freebsd") == 0;
}

/* ---- words ---------------------------------------------------------------------------------- */

#define SEPARATORS ", "

/* Is there a word for this variable? */
static bool has_variable(const struct kenv *kenv, const char *name)
{
    size_t length = strlen(name);
    for (const char *word = kenv->text; *word != '\0';
         word += strcspn(word, SEPARATORS), word += strspn(word, SEPARATORS)) {
        if (strncmp(word, name, length) == 0 && strchr("=" SEPARATORS, word[length]) != NULL) {
            return true;
        }
    }
    return false;
}

/* Adds "NAME=VALUE", or a name alone where the value is NULL. */
static void add_variable(struct kenv *kenv, const char *name, const char *value)
{
    size_t left = sizeof kenv->text - kenv->length;
    int length = snprintf(kenv->text + kenv->length, left, "%s%s%s%s", kenv->length > 0 ? "," : "",
                          name, value != NULL ? "=" : "", value != NULL ? value : "");
    if (length >= 0 && (size_t)length < left) {
        kenv->length += (size_t)length;
    } else {
        kenv->text[kenv->length] = '\0';
        log_line(kenv->log, "FreeBSD's command line is full: it is not told %s", name);
    }
}

/* Adds one that no word has set yet. */
static void add_default(struct kenv *kenv, const char *name, const char *value)
{
    if (has_variable(kenv, name)) {
        return;
    }
    if (value[strcspn(value, SEPARATORS)] != '\0') {
        log_line(kenv->log, "%s=\"%s\": FreeBSD's command line takes no blank or comma: left out",
                 name, value);
        return;
    }
    add_variable(kenv, name, value);
}

/* ---- flags ---------------------------------------------------------------------------------- */

/* As boot(8) has them; not all kernels know flags on a PVH entry's line, but all know the variables. */
static const struct {
    char flag;
    const char *name;
} flags[] = {
    {'a', "boot_askname"}, {'C', "boot_cdrom"},    {'D', "boot_multicons"}, {'d', "boot_ddb"},
    {'g', "boot_gdb"},     {'h', "boot_serial"},   {'m', "boot_mute"},      {'P', "boot_probe"},
    {'p', "boot_pause"},   {'r', "boot_dfltroot"}, {'s', "boot_single"},    {'v', "boot_verbose"},
};

static void add_flag(struct kenv *kenv, char flag)
{
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (flags[i].flag == flag && !has_variable(kenv, flags[i].name)) {
            add_variable(kenv, flags[i].name, "YES");
        }
    }
}

/* "-sv" is flags; all else is a variable. */
static void add_word(struct kenv *kenv, char *word)
{
    if (*word != '-') {
        add_variable(kenv, word, NULL);
        return;
    }
    for (const char *flag = word + 1; *flag != '\0'; flag++) {
        add_flag(kenv, *flag);
    }
}

/* Words with blanks or commas between them; NULL: there are none. */
static int add_words(struct kenv *kenv, const char *text, struct arena *arena)
{
    char *copy = arena_copy(arena, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
    for (char *word = copy; word != NULL && *word != '\0';) {
        size_t length = strcspn(word, SEPARATORS);
        char *next = word + length + strspn(word + length, SEPARATORS);
        word[length] = '\0';
        if (length > 0) {
            add_word(kenv, word);
        }
        word = next;
    }
    return copy != NULL ? 0 : ERR_NO_MEMORY;
}

/* ---- files ---------------------------------------------------------------------------------- */

/* Says which modules are not loaded, in one line. */
static void report_modules(const struct loader_conf *conf, struct log *log)
{
    enum { NAMES_SIZE = 200 };
    char names[NAMES_SIZE] = "";
    size_t used = 0;
    for (const struct loader_variable *variable = conf->first; variable != NULL;
         variable = variable->next) {
        size_t module = loader_conf_module(variable);
        if (module > 0 && module + 2 < sizeof names - used) {
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%.*s",
                                     used > 0 ? ", " : "", (int)module, variable->name);
        }
    }
    if (used > 0) {
        log_line(
            log,
            "loader.conf: FreeBSD takes modules from its own loader alone, so it starts without %s",
            names);
    }
}

static int add_conf(struct kenv *kenv, struct devices *devices, struct place *place,
                    struct arena *arena)
{
    struct loader_conf conf;
    int error = freebsd_read_conf(&conf, devices, place, arena);
    if (error != 0) {
        return error == ERR_NO_MEMORY ? error
                                      : 0; /* it has been said, and the kernel starts without */
    }
    error = add_words(kenv, loader_conf_get(&conf, "kernel_options"), arena);
    for (const struct loader_variable *variable = conf.first; variable != NULL;
         variable = variable->next) {
        if (loader_conf_is_kernels(variable)) {
            add_default(kenv, variable->name, variable->value);
        }
    }
    report_modules(&conf, kenv->log);
    return error;
}

static int add_root(struct kenv *kenv, struct devices *devices, struct place *place,
                    struct arena *arena)
{
    static const char name[] = "vfs.root.mountfrom";
    struct freebsd_root root;
    if (has_variable(kenv, name)) {
        return 0;
    }
    int error = freebsd_read_root(&root, devices, place, arena);
    if (error == ERR_NO_MEMORY) {
        return error;
    }
    if (error != 0 || root.device == NULL) {
        log_line(kenv->log,
                 "/etc/fstab beside the kernel names no root file system: FreeBSD will ask");
        return 0;
    }
    const char *value = arena_format(arena, "%s:%s", root.type, root.device);
    if (value == NULL) {
        return ERR_NO_MEMORY;
    }
    add_default(kenv, name, value);
    if (root.options[0] != '\0') {
        add_default(kenv, "vfs.root.mountfrom.options", root.options);
    }
    return 0;
}

/* ---- all ------------------------------------------------------------------------------------ */

int freebsd_command_line(const char **line, const struct plan *plan, struct devices *devices,
                         struct arena *arena, struct log *log)
{
    struct kenv *kenv = arena_alloc(arena, sizeof *kenv);
    struct place *place = plan->kernel_root != NULL ? plan->kernel_root : devices_first(devices);
    if (kenv == NULL) {
        return ERR_NO_MEMORY;
    }
    if (plan->initrd_count > 0 || plan->module_count > 0) {
        return fail(log, ERR_UNSUPPORTED,
                    "%s: FreeBSD takes modules from its own loader alone: the entry may have no "
                    "initrd and no module",
                    plan->kernel);
    }
    kenv->log = log;
    *line = kenv->text;
    int error = add_words(kenv, plan->arguments, arena);
    error = error == 0 ? add_words(kenv, plan->append, arena) : error;
    error = error == 0 ? add_conf(kenv, devices, place, arena) : error;
    return error == 0 ? add_root(kenv, devices, place, arena) : error;
}
