/* SPDX-License-Identifier: BSD-2-Clause */
/* Sleeping until something is typed. The disks of the host answer at once. */
#pragma once

struct clock;
struct waiter;

/* With endless patience; whoever puts the machine together fills in who types, and what the host is. */
void host_waiter_open(struct waiter *, struct clock *);
