/* SPDX-License-Identifier: BSD-2-Clause */
/* An entry is run as the loader would run it, and its files are loaded; nothing is entered. */
#pragma once

#include "boot/load.h"
#include "boot/plan.h"
#include "boot/starter.h"
#include "menu/config.h"

struct tool;

struct trial {
    struct starter starter; /* first */
    struct tool *tool;
    bool planned;         /* its commands have made a plan */
    bool loads;           /* and its files are in memory: */
    struct plan plan;     /* of the first one that was to be started */
    struct loaded loaded; /* by it */

    /* What comes after loading. Returns 0, or the error (logged) with which it would be refused. */
    int (*judge)(struct trial *);
};

/* Returns 0: it would boot; or an error. What was wrong is logged. */
int trial_run(struct trial *, struct tool *, const struct config *, struct place *home,
              const struct entry *);
