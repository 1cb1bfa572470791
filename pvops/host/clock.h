/* SPDX-License-Identifier: BSD-2-Clause */
/* The host's monotonic clock. */
#pragma once

struct clock;

struct clock *host_clock(void);
