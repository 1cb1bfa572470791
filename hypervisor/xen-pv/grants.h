/* SPDX-License-Identifier: BSD-2-Clause */
/* Grants: letting another domain reach one frame of ours (version 1 entries, xen/grant_table.h). */
#pragma once

#include <stdbool.h>

#include "hypervisor/xen-pv/xen.h"

/* Maps the grant table. Returns 0 or ERR_NO_MEMORY. Call it once, before the others. */
int grants_start(void);

/*
 * Lets domain `remote` write (or only read) a frame. Returns the reference, or 0 when the table is
 * full.
 */
grant_ref_t grants_give(domid_t remote, mfn_t, bool read_only);

/*
 * Takes a frame back. Returns false when the other side still has it mapped: the frame stays lent.
 */
bool grants_end(grant_ref_t);
