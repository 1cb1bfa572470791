/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's system time. */
#pragma once

#include <stdint.h>

/* Nanoseconds since the host started; never goes backwards. */
uint64_t time_now(void);

#define MICROSECONDS UINT64_C(1000)
#define MILLISECONDS UINT64_C(1000000)
#define SECONDS      UINT64_C(1000000000)
