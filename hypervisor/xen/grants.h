/* SPDX-License-Identifier: BSD-2-Clause */
/* Grants: letting another domain reach one frame of ours (version 1 entries, xen/grant_table.h). */
#pragma once

#include <stdbool.h>

#include "hypervisor/xen/xen.h"

/* Maps the grant table. Returns 0 or ERR_NO_MEMORY. Call it once, before the others. */
int grants_start(void);

/*
 * Lets domain `remote` write (or only read) a frame, and puts the grant before `list` (0: none), so
 * that grants_end() takes them back together. Returns the reference, which is the list's new start,
 * or 0 when the table is full.
 */
grant_ref_t grants_give(domid_t remote, mfn_t, bool read_only, grant_ref_t list);

/*
 * Takes the frames of a list back. Returns how many the other side still has mapped: these stay
 * lent.
 */
unsigned grants_end(grant_ref_t list);
