/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Being saved and restored, as Xen's tools expect it of a PV guest: its page tables map nothing but
 * its own pages; in start_info, which they find by its frame in the hypercall, store and console are
 * named by pages instead of frames, which will be others. They write the new frames, ports and shared
 * page there, and new frames to the p2m and to all page tables.
 */
#pragma once

/* A PV guest's platform_suspend() (hypervisor/xen/platform.h). */
void pv_suspend(void);
