/* SPDX-License-Identifier: BSD-2-Clause */
/* What a boot has cost, for pvboot.trace=1: boot/'s table of phases, and what only Xen knows. */
#pragma once

struct guest_costs;
struct machine;

/* Prints it to the machine's log, if it is wanted, just before the next guest is entered. */
void costs_print(struct machine *, const struct guest_costs *);
