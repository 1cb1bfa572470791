/* SPDX-License-Identifier: BSD-2-Clause */
/* Names: 8.3, and long ones gathered piece by piece. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "fs/fat/disk.h"
#include "fs/fs.h"

enum { SHORT_NAME_SIZE = 40 }; /* bytes of one in UTF-8: 11 characters of at most 3, a dot, a NUL */

/* A long name on its way: its pieces come last one first. */
struct fat_long_name {
    uint16_t units[L_PIECES * L_UNITS];
    unsigned pieces;  /* in all; 0: there is no long name */
    unsigned missing; /* pieces that have yet to come */
    uint8_t checksum;
};

/* Takes the directory entry of one piece. One out of order ends the name. */
void fat_long_name_add(struct fat_long_name *, const uint8_t *entry);

/*
 * The name of `entry`: the long one, as UTF-8, if it is whole and belongs to it; else the short
 * one.
 */
void fat_name(const struct fat_long_name *, const uint8_t *entry, char name[LONG_NAME_SIZE]);

/* A label of LABEL_LENGTH bytes, in the boot sector or instead of a name. */
void fat_label(const uint8_t *bytes, char label[LABEL_SIZE]);

/* The short name of `entry`, which one with a long name has too. */
void fat_short_name(const uint8_t *entry, char name[SHORT_NAME_SIZE]);
