/* SPDX-License-Identifier: BSD-2-Clause */
/* What ramdisk= of the domain's configuration names: for us, the text of a config. */
#pragma once

#include <stddef.h>

struct log;

/*
 * Maps it, read-only. Returns its first byte and its size in bytes (whole pages, zeros after the
 * file's end), or NULL: there is none, or (logged) it is too large for a config, or there is no memory
 * to map it.
 */
const void *ramdisk_map(size_t *size, struct log *);
