/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FreeBSD's loader.conf(5): lines of NAME="VALUE", with comments after '#'. What its loader does not need for itself becomes the
 * kernel's environment (kenv(1)).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct loader_variable {
    const char *name, *value;
    struct loader_variable *next;
};

struct loader_conf {
    struct loader_variable *first, *last;
};

/*
 * Adds what a file says, all in the arena; a variable that is there already gets the new value. Lines that make no sense are
 * passed over, as the loader does. Returns 0 or ERR_NO_MEMORY.
 */
int loader_conf_parse(struct loader_conf *, const char *text, size_t length, struct arena *);

/* A variable's value; NULL: it is not there. */
const char *loader_conf_get(const struct loader_conf *, const char *name);

/* Is it one for the kernel, and not for the loader alone? */
bool loader_conf_is_kernels(const struct loader_variable *);

/* The length of the name of the module that the variable has loaded, "zfs" of zfs_load="YES"; 0: it is no such variable. */
size_t loader_conf_module(const struct loader_variable *);
