/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Power off, reboot and crash through Xen; requests by `xl shutdown` and `xl reboot` through
 * xenstore.
 */
#pragma once

struct power;

struct power *xen_power(void);
