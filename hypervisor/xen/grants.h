/* SPDX-License-Identifier: BSD-2-Clause */
/* Grants: letting another domain reach one page of ours (version 1 entries, xen/grant_table.h). */
#pragma once

#include <stdbool.h>

#include "hypervisor/xen/xen.h"

/*
 * Maps as much of the grant table as Xen gives, up to four frames of 512 entries. Returns 0, or
 * ERR_NO_MEMORY when it gives none. Call it before the others.
 */
int grants_start(void);

/* Unmaps it. Nothing is lent. */
void grants_stop(void);

/*
 * Lets domain `remote` write (or only read) a page of ours, and puts the grant before `list` (0: none), so
 * that grants_end() takes them back together. Returns the reference, which is the list's new start,
 * or 0 when the table is full.
 */
grant_ref_t grants_give(domid_t remote, const void *page, bool read_only, grant_ref_t list);

/*
 * Takes the pages of a list back. Returns the list of those that the other side still has mapped,
 * which stay lent; 0: there is none.
 */
grant_ref_t grants_end(grant_ref_t list);

/* How many pages a list names. */
unsigned grants_count(grant_ref_t list);

/* How many pages one device may be lent at most: whoever else needs some finds the rest. */
unsigned grants_share(void);
