/* SPDX-License-Identifier: BSD-2-Clause */
/* The page tables in use (page_tables.h), in pages of the size that the processor has. */
#pragma once

#include <stdint.h>

#include "hypervisor/xen-pvh/regions.h"

/* Bytes of tables for an arena of so many bytes, whole pages. */
uint64_t maps_size(uint64_t arena_size);

/*
 * Fills the tables, cleared pages below 4 GiB at this physical address: the image at `image`, the arena's first
 * `arena_size` bytes, the first 4 GiB. Returns the physical address of the L4.
 */
uint64_t maps_fill(uint64_t tables, uint64_t image, const struct regions *, uint64_t arena_size);

/* Maps the page at a physical address, writable, where `page` of the image was. */
void maps_point(const void *page, uint64_t paddr);

/* Before the hand-over: the first 4 GiB are mapped, executable, at their own addresses, too. */
void maps_add_identity(void);
