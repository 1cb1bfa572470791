/* SPDX-License-Identifier: BSD-2-Clause */
/* Comparing the bytes of two files; where both have holes, nothing is read. */
#pragma once

#include <stdint.h>

struct tool_progress;
struct pvboot_file;

/*
 * Returns 1 when they are the same as far as both go; 0 when they are not, from byte *offset on; or an error (said).
 */
int same_bytes(struct pvboot_file *, struct pvboot_file *, uint64_t *offset,
               struct tool_progress *);
