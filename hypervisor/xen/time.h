/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's system time. */
#pragma once

#include <stdint.h>

/* Nanoseconds since some moment before us; never goes backwards. */
uint64_t time_now(void);

/* A moment as hypercalls take it. */
uint64_t time_for_xen(uint64_t moment);

/* It is `now` again: what has passed while the domain was saved does not count. */
void time_continue(uint64_t now);

#define MICROSECONDS UINT64_C(1000)
#define MILLISECONDS UINT64_C(1000000)
#define SECONDS      UINT64_C(1000000000)
