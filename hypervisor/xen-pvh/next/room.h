/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which domains are large enough for a kernel and its files, beside the loader that starts it. Plain arithmetic, for domains that
 * are only thought of: a host's, or the one that the loader would need.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lib/memory.h"

struct flat_kernel;
struct next_kernel;

/* What is to be started, and by whom. */
struct room_wanted {
    const struct flat_kernel *kernel;
    const struct next_kernel *next; /* its modules */
    uint64_t information_size;      /* bytes of what the kernel is told */
    uint64_t loader_size;           /* bytes of the loader's image and page tables */
    uint64_t loaded;                /* bytes of the arena that are in use once all files are read */
};

/* A PVH domain's RAM: one range below 4 GiB, and one above. */
struct room_domain {
    struct memory_range ranges[2];
    struct memory memory;
};

/* The memory of a domain of so many bytes, as Xen's builder lays it out. */
void room_domain(struct room_domain *, uint64_t size);

/* Bytes of files that the loader has room for in a domain of `size` bytes. */
uint64_t room_arena(uint64_t size, uint64_t loader_size);

/* Bytes of the list of copies for a kernel and its modules, all of them pages, at most. */
uint64_t room_moves(const struct room_wanted *);

/* Can it be started in a domain of `size` bytes? Returns 0, or what pvh_layout_compute() returns. */
int room_check(const struct room_wanted *, uint64_t size);

/* The smallest domain for it of `size` bytes or more, a whole number of MiB, in bytes; 0: there is none. */
uint64_t room_smallest(const struct room_wanted *, uint64_t size);

/* Bytes of memory, from 0 on, that the kernel and its files take without a loader; 0: they have no place. */
uint64_t room_alone(const struct room_wanted *);
