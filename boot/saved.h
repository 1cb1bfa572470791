/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The entry that `default saved` means: a number at the beginning of the file `default` beside the
 * config, as GRUB legacy keeps it and grub-set-default makes it:
 *
 *      1
 *      #
 *      #  lines that nobody reads: they give the number room
 */
#pragma once

#include <stddef.h>

struct arena;
struct devices;
struct log;

/*
 * Reads it for the config called `config` ("(hd0,0)/boot/grub/menu.lst"). Returns 0, or an error
 * (logged).
 */
int saved_read(struct devices *, const char *config, size_t *entry, struct arena *, struct log *);

/*
 * Writes it, in place: the file must be there, begin with a line that is a number, and have room for
 * the new one. Returns 0, or an error (logged).
 */
int saved_write(struct devices *, const char *config, int entry, struct arena *, struct log *);
