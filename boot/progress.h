/* SPDX-License-Identifier: BSD-2-Clause */
/* The line on the console that says how far a file has come. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lib/progress.h"

struct machine;
struct source;

struct load_progress {
    struct progress progress; /* first: a struct progress * is a struct load_progress * */
    const struct machine *machine;
    const char *name;
    bool verbose; /* otherwise nothing is written */
    bool shown;
    uint64_t started, last; /* milliseconds */
};

/* For the file `name`, which must live on. */
struct load_progress progress_start(const struct machine *, const char *name, bool verbose);

/* All of it, `bytes` large, is there: says how long it took. */
void progress_finish(const struct load_progress *, uint64_t bytes);

/* Reads a whole source into `bytes`, a piece at a time so that progress shows. Returns 0 or source_read's error. */
int progress_read(struct progress *, const struct source *, uint8_t *bytes);
