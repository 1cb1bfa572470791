/* SPDX-License-Identifier: BSD-2-Clause */
/* The domain's memory in use: where the loader moves, the arena, and which physical address is which of ours. */
#pragma once

#include <stdint.h>

#include "hypervisor/xen-pvh/regions.h"
#include "lib/arena.h"

struct pvh_start;

/*
 * Moves the image to the top of the memory below 4 GiB, under page tables of its own. Returns 0, or ERR_NO_MEMORY when there is no
 * room there.
 */
int ram_relocate(const struct pvh_start *);

/* Opens the arena, empty. After ram_relocate(). */
void ram_open(struct arena *);

/* What the loader uses. */
const struct regions *ram_regions(void);

/* The physical address of a byte of the image or the arena. */
uint64_t ram_paddr(const void *address);

/* The address of ours of a physical one below 4 GiB or in the arena. */
void *ram_address(uint64_t paddr);
