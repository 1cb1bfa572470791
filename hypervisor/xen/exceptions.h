/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions: none is expected, so each is a bug. It is reported, and the domain ends as crashed. How they
 * are taken differs between the kinds of guests; each makes this frame of what it finds on the stack.
 */
#pragma once

#include <stdint.h>

struct log;

enum { EXCEPTION_VECTORS = 20 };

struct exception_frame {
    uint64_t r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
    uint64_t vector, error_code;
    uint64_t rip, cs, rflags, rsp, ss;
};

/* Where reports go, from now on. */
void exceptions_set_log(struct log *);

/* `cr2`: the address of a page fault. */
_Noreturn void exceptions_report(const struct exception_frame *, uint64_t cr2);
