/* SPDX-License-Identifier: BSD-2-Clause */
/* The contents of the next guest's pages: kernel, initrd, start_info, and what is empty. */
#pragma once

#include "hypervisor/xen-pv/next/build.h"

/*
 * Page `page` of the guest, for writing; a cleared one when it has no frame yet. NULL when there is
 * no memory.
 */
uint8_t *pages_get(struct build *, pfn_t page);

/* Cleared pages for what is free after the boot stack, as long as there is memory. */
void pages_clear_slack(struct build *);

/* Puts all pages with contents in place, but page tables. Returns 0 or ERR_NO_MEMORY. */
int pages_place(struct build *);
