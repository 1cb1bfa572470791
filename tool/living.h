/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine that the tool runs on: its disks, and the domain that it is. A guest that asks what its next boot
 * will do is one.
 */
#pragma once

#include <stdbool.h>

struct tool;

/*
 * Adds all disks of the machine, in the order of their names, and says which these are; what the machine has not
 * written yet is written before. The domain gets the machine's memory and type, where nothing else was asked for.
 * Returns whether there is a disk, and all could be opened (else it is logged).
 */
bool living_open(struct tool *);
