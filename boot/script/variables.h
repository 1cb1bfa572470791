/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A script's variables, in contexts: a new one begins with those that are exported, and what it sets
 * ends with it.
 */
#pragma once

#include <stdbool.h>

#include "boot/script/names.h"

struct arena;

struct variable {
    struct named named;
    const char *value; /* NULL: it is not set */
    char *memory;      /* that the value lies in */
    size_t size;       /* of it */
    bool exported;
};

struct environment;

struct variables {
    struct arena *arena;
    struct environment *environment; /* the innermost one */
};

/* Starts without variables. All of them will lie in the arena. Returns 0 or ERR_NO_MEMORY. */
int variables_open(struct variables *, struct arena *);

/* The value, or NULL. It is valid until the variable is set again. */
const char *variables_get(const struct variables *, const char *name);

/*
 * Returns 0 or ERR_NO_MEMORY. `value` may be a part of the old one. As in GRUB, root is kept without
 * parentheses.
 */
int variables_set(struct variables *, const char *name, const char *value);
void variables_unset(struct variables *, const char *name);

/* Makes it visible in contexts to come; one that is not set becomes "". 0 or ERR_NO_MEMORY. */
int variables_export(struct variables *, const char *name);

/* The one that is set and comes after `name` in alphabetical order, NULL: the first. NULL: no more. */
const struct variable *variables_after(const struct variables *, const char *name);

/* A context inside of this one, and back: what it has set is forgotten. 0 or ERR_NO_MEMORY. */
int variables_push(struct variables *);
void variables_pop(struct variables *);

/*
 * Sets what is set in the innermost context of `from`, and exports what is exported there: all of it, or only
 * that. Returns 0 or ERR_NO_MEMORY.
 */
int variables_inherit(struct variables *, const struct variables *from, bool all);

/* As variables_push(), but all variables are seen in it, as they are: for what is only tried. */
int variables_fork(struct variables *);
