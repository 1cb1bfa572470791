/* SPDX-License-Identifier: BSD-2-Clause */
/* Packed bytes in a source: what packed them, and unpacking them while the next ones are being read. */
#pragma once

#include <stdint.h>

#include "unpack/unpack.h"

struct source;

/* What unpacks the bytes at `offset`, or NULL. */
const struct unpacker *packed_find(const struct source *, uint64_t offset);

/*
 * Unpacks `length` bytes at `offset` into the output, whose arena the buffers are from, too (unpack/unpack.h has
 * the errors).
 */
int packed_unpack(const struct unpacker *, const struct source *, uint64_t offset, uint64_t length,
                  struct output *);
