/* SPDX-License-Identifier: BSD-2-Clause */
#include "libc/constructors.h"

extern void (*const constructors_start[])(void), (*const constructors_end[])(void); /* link.ld */

void run_constructors(void)
{
    for (void (*const *run)(void) = constructors_start; run < constructors_end; run++) {
        (*run)();
    }
}
