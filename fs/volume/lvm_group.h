/* SPDX-License-Identifier: BSD-2-Clause */
/* A volume group of LVM2 while it is taken apart: its physical and logical volumes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "fs/volume/lvm_text.h"

struct arena;
struct assembly;
struct member;
struct source;

struct lvm_physical {
    char name[LVM_NAME_SIZE];   /* in the text: "pv0" */
    const struct member *found; /* NULL: it is missing */
    uint64_t start;             /* bytes: of its first extent */
};

struct lvm_logical {
    char name[LVM_NAME_SIZE];
    struct lvm_section text;
    bool is_visible; /* for people; not a part of others */
    enum { LVM_UNTRIED, LVM_BEING_MADE, LVM_MADE, LVM_REFUSED } state;
    const struct source *source; /* LVM_MADE */
    const char *why;             /* LVM_REFUSED */
};

struct lvm_group {
    struct assembly *assembly;
    struct arena *arena;
    const char *name, *uuid;
    uint64_t extent_size; /* bytes */
    struct lvm_physical *physical;
    struct lvm_logical *logical;
    size_t physical_count, logical_count;
    unsigned depth; /* volumes that are being made */
};

/*
 * Makes a logical volume's source, and those that it is made of (fs/volume/lvm_volume.c). Its state
 * says what came of it. Returns 0 or ERR_NO_MEMORY.
 */
int lvm_make(struct lvm_group *, struct lvm_logical *);

/* The one of this name; or NULL. */
struct lvm_logical *lvm_find_logical(const struct lvm_group *, const char *name);
