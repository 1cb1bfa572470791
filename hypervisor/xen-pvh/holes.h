/* SPDX-License-Identifier: BSD-2-Clause */
/* Room in the address space in which there is nothing. */
#pragma once

#include <stdint.h>

#include "lib/memory.h"

/*
 * The lowest `size` bytes below 4 GiB (and above the first MiB) that are in no range of the map and that processors do not use
 * themselves, from a page of 2 MiB on. Returns their physical address, or 0: there are none.
 */
uint64_t hole_find(const struct memory *, uint64_t size);
