/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The sum of `length` bytes, with the seed 0. */
uint64_t btrfs_xxhash(const uint8_t *bytes, size_t length) __attribute__((nonnull));
