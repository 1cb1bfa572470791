/* SPDX-License-Identifier: BSD-2-Clause */
/* The host process as a hypervisor: it enters no guest, but says what would come of it in a domain of each type. */
#pragma once

#include <stdint.h>

struct arena;
struct next_kernel;

/* As xl's `type` says it; host_type_names has their names. */
enum host_type { HOST_PV, HOST_PVH, HOST_TYPES };

extern const char *const host_type_names[HOST_TYPES];

enum { HOST_REASON_SIZE = 512 };

struct host_verdict {
    int error;                     /* 0: the loader would enter the kernel */
    char reason[HOST_REASON_SIZE]; /* else: what it would say */
    uint64_t memory; /* bytes that the guest takes, without the loader; 0: not known */
    const char *way; /* PVH: how it would be started; NULL: not known */
    uint32_t entry;  /* PVH: where, a physical address */
};

/* Bytes of files that the loader has room for in a domain of `memory` bytes. */
uint64_t host_room(enum host_type, uint64_t memory);

/*
 * Would the loader enter this kernel in a domain of this type, with `memory` bytes? The files are in `arena`, which has
 * begun as the loader's does: what it would make beside them must fit, too.
 */
void host_judge(struct host_verdict *, enum host_type, const struct next_kernel *, uint64_t memory,
                const struct arena *);
