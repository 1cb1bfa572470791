/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of a plan: the loader enters it, `pvboot check` says whether it would. */
#pragma once

struct plan;

struct starter {
    /* Loads a plan and starts it. Returns an error (logged), or 0: that, only in the tool. */
    int (*start)(struct starter *, const struct plan *);
};
