/* SPDX-License-Identifier: BSD-2-Clause */
/* Sleeping on all event ports, and taking what the frontends' backends have answered. */
#pragma once

struct waiter;

/* Its clock and its sleep; whoever puts the machine together fills in the rest. */
struct waiter *xen_waiter(void);
