/* SPDX-License-Identifier: BSD-2-Clause */
/* What would come of a kernel in the domains that are asked about. */
#pragma once

#include <stdbool.h>

#include "hypervisor/host/judge.h"

struct log;
struct next_kernel;
struct pvboot_domain;

struct asked {
    bool types[HOST_TYPES];
    uint64_t memory; /* bytes that each has */
};

enum { USUAL_MEMORY = 512 /* MiB, of who says nothing */ };

/* Takes what a caller of the library asks about. Returns 0 or ERR_INVALID (logged). */
int asked_open(struct asked *, const struct pvboot_domain *, struct log *);

/* Bytes that the loader has there for files, in the type of domain that gives it more. */
uint64_t asked_room(const struct asked *);

struct verdicts {
    struct host_verdict of[HOST_TYPES]; /* of those that are asked about */
};

/* Judges for each. The files are in `arena`. Returns 0 where any of them would start it, or an error. */
int verdicts_judge(struct verdicts *, const struct asked *, const struct next_kernel *,
                   const struct arena *);

/* Logs why none of them would start it: each reason once. */
void verdicts_log(const struct verdicts *, const struct asked *, struct log *);

/* For people: "PV". */
extern const char *const verdict_names[HOST_TYPES];

enum { VERDICT_TEXT_SIZE = HOST_REASON_SIZE + 64 };

/* One of them for people, with what the kernel's notes say about its start. */
void verdict_describe(const struct verdicts *, enum host_type, const struct asked *,
                      const struct next_kernel *, char text[VERDICT_TEXT_SIZE]);
