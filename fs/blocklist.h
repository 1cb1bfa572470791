/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRUB's block lists ("GNU GRUB manual 0.97", 11.3): files that no file system names, in 512-byte
 * sectors of a disk or partition.
 *
 *      100+50,300+2      50 sectors from sector 100 on, then two from sector 300 on
 *      +1                the first sector
 */
#pragma once

#include <stdbool.h>

#include "fs/fs.h"

/* Does this text, after a device's name, have the form of one? */
bool blocklist_is(const char *text);

/*
 * Makes `node` the file that `text` lists on volume->source, and `volume`, of which only source and
 * log are set, a file system that has nothing else. Returns 0; ERR_INVALID, ERR_RANGE or
 * ERR_TOO_LARGE, logged.
 */
int blocklist_open(struct volume *, struct node *, const char *text);
