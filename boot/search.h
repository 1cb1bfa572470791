/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding the config: the one that is named, or given as text, or the first on any disk. */
#pragma once

#include "boot/devices.h"
#include "menu/config.h"

struct grub_inheritance;
struct machine;
struct options;
struct settings;
struct user;

/* What configs are looked for with. */
struct search {
    struct machine *machine;
    const struct options *options;
    struct devices *devices;
    struct settings *settings;
    struct user *user; /* sees what a script prints; NULL: nobody does, and nothing is written */
    const struct grub_inheritance *inheritance; /* of the config that opens another one; or NULL */
    struct arena *arena;                        /* for the config */
    struct log *log;
};

/*
 * Does the host say which config: the text of one as ramdisk=, or its name in extra=? Otherwise all
 * disks are searched.
 */
bool search_is_given(const struct machine *, const struct options *);

/*
 * Finds and parses the config. *home becomes the place where it lies (NULL for a text in memory).
 * Returns 0; ERR_NOT_FOUND (logged when a certain one was asked for); or another error (logged).
 */
int search_config(const struct search *, struct config *, struct place **home);

/*
 * Opens the config at `path`, as devices_open_file takes it, or the one that this one opens instead;
 * a script is run. *home becomes its place.
 * Returns 0 or an error (logged).
 */
int search_open(const struct search *, struct config *, struct place **home, struct place *root,
                const char *path);
