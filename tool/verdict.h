/* SPDX-License-Identifier: BSD-2-Clause */
/* The sum of what was found out about an entry. */
#pragma once

#include <stdbool.h>

/* "would boot in PV and PVH domains", or that it would not. */
void print_verdict(bool boots, bool in_pv, bool in_pvh);
