/* SPDX-License-Identifier: BSD-2-Clause */
/* What the stack protector reads at %fs:0x28; the libraries were built with it, and so are we. */
#pragma once

#include <stdint.h>

/* What the base of fs must point to before a function with a protector is called. */
extern const uint64_t stack_protector[6];
