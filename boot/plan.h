/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an entry's commands come to: a kernel, its command line, and files that become its initrd
 * or its modules.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "boot/devices.h"

enum { PLAN_INITRDS = 16, PLAN_MODULES = 16 };

struct plan_module {
    const char *path;
    struct place *root;
    const char *arguments; /* what follows the path */
    bool as_it_is;         /* not unpacked, though it be gzip */
};

struct plan {
    struct place *root;        /* where paths without a device begin; NULL: the first file system */
    const char *kernel;        /* path; NULL: none named */
    struct place *kernel_root; /* `root` when the kernel was named */
    const char *arguments;     /* its command line */
    unsigned multiboot;        /* the version by which the entry wants to start it; 0: not said */
    const char *append;        /* the host's words after that; NULL: none */
    const char *root_device;   /* NetBSD's name of the kernel's root device; NULL: not said */
    const char *initrds[PLAN_INITRDS];
    struct place *initrd_roots[PLAN_INITRDS];
    size_t initrd_count;
    struct plan_module modules[PLAN_MODULES]; /* instead of an initrd: there is never both */
    size_t module_count;
};
