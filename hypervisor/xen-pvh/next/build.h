/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Becoming the next PVH guest: all is planned, and copied by the trampoline at the very end, so that what is loaded may lie
 * anywhere before, even where the kernel wants to be.
 */
#pragma once

struct arena;
struct guest_costs;
struct log;
struct next_kernel;
struct pvh_start;

/* Plans it; all from `arena`. Returns 0 or an error, logged. Nothing is to be undone. */
int pvh_build(const struct next_kernel *, const struct pvh_start *, struct arena *, struct log *,
              struct guest_costs *);

_Noreturn void pvh_enter(void);
