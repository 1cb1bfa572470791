/* SPDX-License-Identifier: BSD-2-Clause */
/* A log that passes its lines on, and keeps them until the next call. */
#pragma once

#include <stddef.h>

#include "lib/log.h"

enum { COLLECT_LINES = 64 /* that are kept */, COLLECT_SIZE = 512 /* bytes of one */ };

struct collect {
    struct log log;                                /* first */
    void (*line)(void *context, const char *text); /* NULL: they are only kept */
    void *context;
    size_t count;
    char lines[COLLECT_LINES][COLLECT_SIZE];
};

void collect_open(struct collect *);

/* Begins anew. */
void collect_clear(struct collect *);
