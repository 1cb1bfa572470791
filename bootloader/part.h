/* SPDX-License-Identifier: BSD-2-Clause */
/* A disk that begins within another one: what stands before is not seen. */
#pragma once

#include "pvops/disk.h"

struct log;

struct part {
    struct disk disk; /* first: a struct disk * is a struct part * */
    struct disk *whole;
    uint64_t offset; /* bytes */
};

/* Returns 0, or ERR_INVALID (logged) where no sector begins at `offset`. */
int part_open(struct part *, struct disk *whole, uint64_t offset, struct log *);
