/* SPDX-License-Identifier: BSD-2-Clause */
/* An entry is run as the loader would run it, and its files are loaded; nothing is entered. */
#pragma once

#include <stdbool.h>

#include "boot/load.h"
#include "boot/plan.h"
#include "boot/starter.h"
#include "libpvboot/verdicts.h"

struct entry;
struct pvboot_menu;

struct trial {
    struct starter starter; /* first */
    struct pvboot_menu *menu;
    bool planned;         /* its commands have made a plan */
    bool loads;           /* and its files are in memory: */
    struct plan plan;     /* of the first one that was to be started */
    struct loaded loaded; /* by it */
    struct verdicts verdicts;
};

/* Returns 0: it would boot; or an error. What was wrong is logged. All lies in the menu's arena. */
int trial_run(struct trial *, struct pvboot_menu *, const struct entry *);
