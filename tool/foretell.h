/* SPDX-License-Identifier: BSD-2-Clause */
/* What a boot will come to, in a sentence. */
#pragma once

#include <stdbool.h>

struct pvboot_menu;

/* `boots`: of each entry, whether it would. */
void foretell(struct pvboot_menu *, const bool *boots);
