/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding the config: the one that is named, or given as text, or the first on any disk. */
#pragma once

#include "boot/devices.h"
#include "menu/config.h"

struct machine;
struct options;

/*
 * Does the host say which config: the text of one as ramdisk=, or its name in extra=? Otherwise all
 * disks are searched.
 */
bool search_is_given(const struct machine *, const struct options *);

/*
 * Finds and parses the config. *home becomes the place where it lies (NULL for a text in memory).
 * Returns 0; ERR_NOT_FOUND (logged when a certain one was asked for); or another error (logged).
 */
int search_config(struct config *, struct place **home, const struct machine *,
                  const struct options *, struct devices *, struct arena *, struct log *);

/*
 * Opens and parses the config at `path`, as devices_open_file takes it. *home becomes its place.
 * Returns 0 or an error (logged).
 */
int search_open(struct config *, struct place **home, struct place *root, const char *path,
                struct devices *, struct arena *, struct log *);
