/* SPDX-License-Identifier: BSD-2-Clause */
/* Sleeping until something is typed. The disks of the host answer at once. */
#pragma once

struct waiter;

/* Its clock and its sleep; whoever puts the machine together fills in the rest. */
struct waiter *host_waiter(void);
