/* SPDX-License-Identifier: BSD-2-Clause */
/* A leg: what a member, or an image of a logical volume, gives to an array; there or missing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source;

struct leg {
    const struct source *below; /* NULL: it is missing */
    uint64_t offset;            /* bytes: where its first byte lies there */
    bool failed;                /* something could not be read: it is asked last */
};

/* Reads from a leg. Returns 0, ERR_IO where it is missing, or an error (logged). */
int leg_read(const struct leg *, uint64_t offset, void *buffer, size_t length);
