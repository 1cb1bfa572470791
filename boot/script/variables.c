/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/script/variables.h"

#include <string.h>

#include "lib/arena.h"
#include "lib/error.h"

enum { SMALLEST = 16 /* bytes that a value gets at least */ };

struct environment {
    struct names names;
    struct environment *outer; /* NULL: this is the outermost one */
    size_t mark;               /* the arena's, before this context */
};

static int push(struct variables *variables)
{
    size_t mark = arena_mark(variables->arena);
    struct environment *environment = arena_alloc(variables->arena, sizeof *environment);
    if (environment == NULL) {
        return ERR_NO_MEMORY;
    }
    environment->outer = variables->environment;
    environment->mark = mark;
    variables->environment = environment;
    return 0;
}

int variables_open(struct variables *variables, struct arena *arena)
{
    *variables = (struct variables){.arena = arena};
    return push(variables);
}

static struct variable *find(const struct variables *variables, const char *name)
{
    return (struct variable *)names_find(&variables->environment->names, name);
}

const char *variables_get(const struct variables *variables, const char *name)
{
    const struct variable *variable = find(variables, name);
    return variable != NULL ? variable->value : NULL;
}

static struct variable *make(struct variables *variables, const char *name)
{
    struct variable *variable = arena_alloc(variables->arena, sizeof *variable);
    char *copy = arena_copy(variables->arena, name, strlen(name));
    if (variable == NULL || copy == NULL) {
        return NULL;
    }
    variable->named.name = copy;
    names_add(&variables->environment->names, &variable->named);
    return variable;
}

/* A value that grows gets twice the room, so that a loop cannot use up the arena. */
static int assign(struct variables *variables, struct variable *variable, const char *value,
                  size_t length)
{
    char *room = variable->size > length ? variable->memory : NULL;
    if (room == NULL) {
        size_t size = length + 1 > 2 * variable->size ? length + 1 : 2 * variable->size;
        size = size > SMALLEST ? size : SMALLEST;
        room = arena_alloc(variables->arena, size);
        if (room == NULL) {
            return ERR_NO_MEMORY;
        }
        variable->size = size;
        variable->memory = room;
    }
    memmove(room, value, length);
    room[length] = '\0';
    variable->value = room;
    return 0;
}

int variables_set(struct variables *variables, const char *name, const char *value)
{
    size_t length = strlen(value);
    struct variable *variable = find(variables, name);
    if (variable == NULL) {
        variable = make(variables, name);
    }
    if (variable == NULL) {
        return ERR_NO_MEMORY;
    }
    if (strcmp(name, "root") == 0 && length > 1 && value[0] == '(' && value[length - 1] == ')') {
        return assign(variables, variable, value + 1, length - 2);
    }
    return assign(variables, variable, value, length);
}

void variables_unset(struct variables *variables, const char *name)
{
    struct variable *variable = find(variables, name);
    if (variable != NULL) {
        variable->value = NULL;
        variable->exported = false;
    }
}

int variables_export(struct variables *variables, const char *name)
{
    const char *value = variables_get(variables, name);
    int error = value != NULL ? 0 : variables_set(variables, name, "");
    if (error == 0) {
        find(variables, name)->exported = true;
    }
    return error;
}

const struct variable *variables_after(const struct variables *variables, const char *name)
{
    const struct variable *variable;
    do {
        variable = (const struct variable *)names_after(&variables->environment->names, name);
        name = variable != NULL ? variable->named.name : NULL;
    } while (variable != NULL && variable->value == NULL);
    return variable;
}

static int inherit_one(struct variables *variables, const struct variable *variable)
{
    int error = variables_set(variables, variable->named.name, variable->value);
    if (error == 0) {
        find(variables, variable->named.name)->exported = variable->exported;
    }
    return error;
}

/* `all`: those that are not exported, too. */
static int inherit(struct variables *variables, const struct names *outer, bool all)
{
    for (size_t i = 0; i < NAMES_BUCKETS; i++) {
        for (const struct named *named = outer->buckets[i]; named != NULL; named = named->next) {
            const struct variable *variable = (const struct variable *)named;
            bool is_seen = variable->value != NULL && (all || variable->exported);
            int error = is_seen ? inherit_one(variables, variable) : 0;
            if (error != 0) {
                return error;
            }
        }
    }
    return 0;
}

int variables_inherit(struct variables *variables, const struct variables *from, bool all)
{
    return inherit(variables, &from->environment->names, all);
}

static int push_and_inherit(struct variables *variables, bool all)
{
    const struct names *outer = &variables->environment->names;
    int error = push(variables);
    if (error != 0) {
        return error;
    }
    error = inherit(variables, outer, all);
    if (error != 0) {
        variables_pop(variables);
    }
    return error;
}

int variables_push(struct variables *variables)
{
    return push_and_inherit(variables, false);
}

int variables_fork(struct variables *variables)
{
    return push_and_inherit(variables, true);
}

void variables_pop(struct variables *variables)
{
    struct environment *environment = variables->environment;
    variables->environment = environment->outer;
    arena_release(variables->arena, environment->mark);
}
