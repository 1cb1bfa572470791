/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen/stack_protector.h"

const uint64_t stack_protector[6] = {[5] = 0x7076626f6f740aff};

_Noreturn void __stack_chk_fail(void);
void __stack_chk_fail(void)
{
    __builtin_trap(); /* the exception is reported with its place */
}
