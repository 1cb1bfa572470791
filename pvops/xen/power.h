/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Power off, reboot, crash and suspend through Xen; requests by `xl shutdown`, `xl reboot` and
 * `xl save` through xenstore. While the domain is suspended all frontends are closed, for their backends
 * are others after it.
 */
#pragma once

struct power;

struct power *xen_power(void);

/* Before the hand-over: the next kernel says for itself what it can do. Flush the store after it. */
void xen_power_leave(void);
