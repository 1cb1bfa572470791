/* SPDX-License-Identifier: BSD-2-Clause */
/* Whoever works for a while calls this now and then, so that a person sees how far it is. */
#pragma once

#include <stdint.h>

struct progress {
    void (*advanced)(struct progress *, uint64_t bytes); /* done so far */
};
