/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's system time as `struct clock`. */
#pragma once

struct clock;

struct clock *xen_clock(void);
