/* SPDX-License-Identifier: BSD-2-Clause */
/* A table of things by their names: variables, functions. */
#pragma once

#include <stddef.h>

enum { NAMES_BUCKETS = 128 };

/* The first member of whatever has a name. */
struct named {
    const char *name;
    struct named *next; /* in its bucket */
};

struct names {
    struct named *buckets[NAMES_BUCKETS];
};

/* What is called `name`, or NULL. */
struct named *names_find(const struct names *, const char *name);

/* Adds something whose name is set, and not yet in the table. */
void names_add(struct names *, struct named *);

/* The one after `name` in alphabetical order, NULL: the first one. NULL at the end. */
struct named *names_after(const struct names *, const char *name);
