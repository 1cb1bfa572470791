/* SPDX-License-Identifier: BSD-2-Clause */
/* Can a kernel be started as a PV guest? */
#pragma once

struct log;
struct next_kernel;

/*
 * Returns 0; ERR_UNSUPPORTED for a kernel that is none for PV guests, ERR_CORRUPT where its addresses
 * cannot be right, ERR_TOO_LARGE for modules of more than 4 GiB; all logged.
 */
int next_check(const struct next_kernel *, struct log *);
