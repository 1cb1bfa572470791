/* SPDX-License-Identifier: BSD-2-Clause */
/* A menu whose kernels have gone is dead: it was left behind by an upgrade, years ago. */
#pragma once

#include <stdbool.h>

struct found_menu;
struct search;

/* Does one of the menu's entries name a kernel that is there? Each of them is run to see; none is booted. */
bool living_has_kernel(const struct search *, const struct found_menu *);
