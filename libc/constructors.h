/* SPDX-License-Identifier: BSD-2-Clause */
/* What a C library does before main(): the libraries set pointers for the processor that they find. */
#pragma once

/* Runs the constructors of all that is linked. Called once, before any library is. */
void run_constructors(void);
