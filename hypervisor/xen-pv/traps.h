/* SPDX-License-Identifier: BSD-2-Clause */
/* Exceptions of a PV guest: Xen calls the handlers that it is told of. They report (hypervisor/xen/exceptions.h). */
#pragma once

void traps_start(void);

/* Before the hand-over: no handler is registered. */
void traps_stop(void);
