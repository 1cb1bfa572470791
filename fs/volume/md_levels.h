/* SPDX-License-Identifier: BSD-2-Clause */
/* Levels of Linux's md: the members of an array, in their roles, as a source. */
#pragma once

#include "fs/volume/md.h"

struct arena;
struct source;

/* An array that is being put together. */
struct md_array {
    struct assembly *assembly;
    struct arena *arena;
    const struct md_super *super; /* the newest one */
    const char *name;             /* "md/root" */
    struct leg *legs;             /* by their roles */
    struct member **members;      /* likewise; NULL: it is missing */
    unsigned missing;
};

struct md_level {
    /*
     * Makes the source. Returns 0, ERR_NO_MEMORY, or ERR_UNSUPPORTED (logged) when something of the
     * array cannot be right.
     */
    int (*make)(const struct md_array *, const struct source **);
    const char *name; /* for people: "RAID 5" */
    int number;
    unsigned spared; /* how many members may be missing, at most */
};

/* NULL: it is none that is read. */
const struct md_level *md_level_find(int number);

/* Says why an array is not read. Returns ERR_UNSUPPORTED. */
int md_refuse(const struct md_array *, const char *why);
