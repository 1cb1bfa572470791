/* SPDX-License-Identifier: BSD-2-Clause */
/* The host's monotonic clock. */
#pragma once

struct clock;

void host_clock_open(struct clock *);
