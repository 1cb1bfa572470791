/* SPDX-License-Identifier: BSD-2-Clause */
/* The next guest's page tables. */
#pragma once

#include "hypervisor/xen-pv/next/build.h"

/* Takes pages for the tables and makes them pages of the guest. Returns 0 or ERR_NO_MEMORY. */
int tables_create(struct build *);

/* Fills them, once every page of the guest has its frame. */
void tables_fill(struct build *);

/* Gives up the right to write to them, and pins the L4. Returns 0 or ERR_INVALID. */
int tables_pin(struct build *);

/* Undoes tables_pin, also half of it. */
void tables_unpin(struct build *);

/* The frame of the L4. */
mfn_t tables_l4(const struct build *);
