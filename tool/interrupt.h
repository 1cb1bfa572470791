/* SPDX-License-Identifier: BSD-2-Clause */
/* ^C, and being asked to end, while something is half done: it is undone first. */
#pragma once

#include <stdbool.h>

/* From here on a signal only asks, ... */
void interrupt_hold(void);

/* ... which this says, ... */
bool interrupt_asked(void);

/* ... until here, where the process ends by it, if one has come. */
void interrupt_release(void);
