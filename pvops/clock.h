/* SPDX-License-Identifier: BSD-2-Clause */
/* Time that only goes forward. */
#pragma once

#include <stdint.h>

struct clock {
    uint64_t (*milliseconds)(struct clock *); /* since some moment in the past */
    uint64_t (*microseconds)(struct clock *); /* the same, more finely */
};
