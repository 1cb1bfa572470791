/* SPDX-License-Identifier: BSD-2-Clause */
/* A log that passes its lines on and keeps them, until the next thing is tried: for JSON's "errors". */
#pragma once

#include <stddef.h>

#include "lib/log.h"

enum { COLLECT_LINES = 64 /* that are kept */, COLLECT_SIZE = 512 /* bytes of one */ };

struct collect {
    struct log log; /* first */
    struct log *next;
    size_t count;
    char lines[COLLECT_LINES][COLLECT_SIZE];
};

void collect_open(struct collect *, struct log *next);

/* Begins anew. */
void collect_clear(struct collect *);
