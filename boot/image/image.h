/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel files. Whatever a file is packed in, it ends as an ELF file in pages of the arena, which
 * is then parsed where it lies; nothing is copied.
 *
 *      bzImage -> payload --.
 *      file.gz, file.xz ... --> unpack --> ELF in memory --> segments and Xen notes: struct next_kernel
 *      ELF file ----------------- read ----^
 *
 * A bzImage whose ELF file cannot be entered, where a bzImage can, is read as it is. A multiboot kernel need be no ELF file.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct next_kernel;
struct progress;
struct source;

/* What whoever loads a kernel can do with it. */
struct image_terms {
    uint64_t size_limit; /* bytes, unpacked */
    bool enters_pv;      /* a PV kernel's ELF file */
    bool enters_flat;    /* code without paging: a bzImage as it is, a multiboot kernel */
    unsigned
        multiboot; /* the version that is asked for; 0: none, but a kernel may have no other way */
};

/*
 * Loads and checks the kernel in `file`, and fills in the
 * kernel's part of `next`; all of it lies in the arena. *format becomes a few words for a person,
 * such as "bzImage, xz". Returns 0 or an error (logged).
 */
int image_load(const struct source *file, const struct image_terms *, struct arena *,
               struct progress *, struct next_kernel *, const char **format);
