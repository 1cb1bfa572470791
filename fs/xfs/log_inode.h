/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inodes in the log: their items, for log_items.c. All return 0 or an error (logged, but for
 * memory's).
 */
#pragma once

#include "fs/xfs/log_items.h"

/* The format, which is in item->format. */
int log_begin_inode(struct log_target *, struct log_item *);

/* Any region after it. */
int log_take_inode(struct log_target *, struct log_item *, const uint8_t *bytes, uint32_t length);
