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

/* What the next kernel finds in its registers, and in that of the descriptor table; it lies in the trampoline. */
struct __attribute__((packed)) trampoline_state {
    uint32_t eax, ebx, esi;
    uint16_t gdt_limit;
    uint32_t gdt;
};

/*
 * Runs where it is called at its physical address, with the first 4 GiB mapped at their own addresses; `steps` and the stack are there, too. The caller
 * has set trampoline_state, and the operand of the jump into the kernel: four bytes before trampoline_jump_end, relative to it.
 */
typedef void trampoline_run(const struct trampoline_step *steps, size_t count, uint64_t stack);
extern const uint8_t trampoline[], trampoline_jump_end[];
extern struct trampoline_state trampoline_state;

/* The flat segments, CODE32_SELECTOR and DATA_SELECTOR among them. */
extern const uint8_t trampoline_gdt[], trampoline_gdt_end[];

void restore_fpu(const void *state);
#endif

/* Where the fields are, for trampoline.S. */
#define STEP_TO    0
#define STEP_FROM  8
#define STEP_BYTES 16
#define STEP_SIZE  24

#define STATE_EAX  0
#define STATE_EBX  4
#define STATE_ESI  8
#define STATE_GDT  12
#define STATE_SIZE 18
