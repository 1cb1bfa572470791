/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernels that NetBSD's and FreeBSD's boot loaders look for where nobody names one. */
#pragma once

struct arena;
struct config;
struct devices;
struct log;
struct place;

/*
 * The path of the first one on `root` (NULL: the first file system), whose place goes to *place.
 * NULL when there is none. The path lies in the arena, or is constant.
 */
const char *kernels_find(struct devices *, struct place *root, struct place **place,
                         struct arena *);

/*
 * The kernel that `boot path` means: the file of that name on `root`, which is the place that the
 * path names, or else the same with ".gz". In the arena; NULL: no memory.
 */
const char *kernels_packed(struct devices *, struct place *root, const char *path, struct arena *);

/*
 * A menu of all of them on all disks, as a boot.cfg would have it: each boots after the one before
 * it failed. Returns 0, ERR_NOT_FOUND when there is none (not logged), or ERR_NO_MEMORY.
 */
int kernels_menu(struct config *, struct devices *, struct arena *, struct log *);
