/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Buffers that a transaction cancels: their blocks were given back, and can be anything by then, so
 * nothing of them is replayed until that transaction is past. Places and lengths are in blocks of
 * 512 bytes.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "fs/key_tree.h"

struct arena;

/* By their places; begins with zeros. */
struct log_cancels {
    struct key_tree places;
};

/* Adds a buffer, which can be cancelled more than once. Returns 0 or ERR_NO_MEMORY, not logged. */
int cancels_add(struct log_cancels *, struct arena *, uint64_t place, uint32_t length);

/* One of the transactions that cancel it is past. */
void cancels_pass(struct log_cancels *, uint64_t place, uint32_t length);

/* Is this buffer cancelled; or any that begins there? */
bool cancels_have(const struct log_cancels *, uint64_t place, uint32_t length);
bool cancels_begin(const struct log_cancels *, uint64_t place);
