/* SPDX-License-Identifier: BSD-2-Clause */
/* Can a kernel be started as a PVH guest? */
#pragma once

struct log;
struct next_kernel;

/*
 * Returns 0; ERR_UNSUPPORTED for a kernel that has no way to start there (way.h), ERR_CORRUPT where its addresses cannot be
 * right, or why that way does not take it; all logged.
 */
int pvh_check(const struct next_kernel *, struct log *);
