/* SPDX-License-Identifier: BSD-2-Clause */
/* The log's blocks, for what finds its head. */
#pragma once

#include "fs/xfs/log.h"

/*
 * The block `count` after another, and how many are from one to another: the ring goes on at its
 * start.
 */
uint32_t log_after(const struct xfs_log *, uint32_t block, uint32_t count);
uint32_t log_distance(const struct xfs_log *, uint32_t from, uint32_t to);

/* Reads blocks into bytes[512 * count]. Returns 0 or an error (logged). */
int log_read(const struct xfs_log *, uint32_t block, uint32_t count, uint8_t *bytes);

/* Can it be a record's header? How many blocks its headers, and all of it, have. */
bool log_is_header(const struct xfs_log *, const uint8_t *bytes);
uint32_t log_headers(const uint8_t *header);
uint32_t log_blocks(const uint8_t *header);

/*
 * Loads the record at a block. Returns 1; 0 when there is none, or its checksum is wrong; or an
 * error (logged).
 */
int log_load(struct xfs_log *, uint32_t block);
