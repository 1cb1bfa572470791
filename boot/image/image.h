/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel files. Whatever a file is packed in, it ends as an ELF file in pages of the arena, which
 * is then parsed where it lies; nothing is copied.
 *
 *      bzImage -> payload --.
 *      file.gz, file.xz ... --> unpack --> ELF in memory --> segments and Xen notes: struct next_kernel
 *      ELF file ----------------- read ----^
 */
#pragma once

#include <stdint.h>

struct arena;
struct next_kernel;
struct progress;
struct source;

/*
 * Loads and checks the kernel in `file`, unpacked at most `limit` bytes large, and fills in the
 * kernel's part of `next`; all of it lies in the arena. *format becomes a few words for a person,
 * such as "bzImage, xz". Returns 0 or an error (logged).
 */
int image_load(const struct source *file, uint64_t limit, struct arena *, struct progress *,
               struct next_kernel *, const char **format);
