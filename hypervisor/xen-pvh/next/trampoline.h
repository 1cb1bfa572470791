/* SPDX-License-Identifier: BSD-2-Clause */
/* The last steps of the loader: the moves, out of long mode, into the next kernel. */
#pragma once

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

/* `size` bytes to `to`, from `from`, or zeros where that is 0: addresses of ours, multiples of 8. */
struct trampoline_step {
    uint64_t to, from, size;
};

/*
 * Runs where it is called at its physical address, with the first 4 GiB mapped at their own addresses; `steps` and the stack are there, too. ebx is to be
 * `start_info`. The jump into the kernel is trampoline_jump's operand, four bytes relative to its end, which the caller has set.
 */
typedef void trampoline_run(const struct trampoline_step *steps, size_t count, uint32_t start_info,
                            uint64_t stack);
extern const uint8_t trampoline[], trampoline_jump_end[];

void restore_fpu(const void *state);
#endif

/* Where the fields are, for trampoline.S. */
#define STEP_TO    0
#define STEP_FROM  8
#define STEP_BYTES 16
#define STEP_SIZE  24
