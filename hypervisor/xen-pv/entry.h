/* SPDX-License-Identifier: BSD-2-Clause */
/* What entry.S has for C. */
#pragma once

#include <stdint.h>

#include "lib/arena.h"

extern const uint8_t hypercall_page[PAGE_SIZE]; /* filled by Xen */
extern const uint8_t fpu_at_entry[512];         /* as fxsave writes it */
extern uint8_t stack_guard[PAGE_SIZE];          /* below the stack */
