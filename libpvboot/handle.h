/* SPDX-License-Identifier: BSD-2-Clause */
/* What is behind a struct pvboot. The tool's commands that do as the loader does use it, too. */
#pragma once

#include "boot/devices.h"
#include "lib/arena.h"
#include "lib/progress.h"
#include "libpvboot/collect.h"
#include "libpvboot/view.h"
#include "pvops/clock.h"
#include "pvops/wait.h"

enum { HANDLE_DISKS = 64 };

struct pvboot {
    struct collect collect; /* the log of all that is opened */
    struct progress loading;
    void (*loaded)(void *context, uint64_t bytes); /* NULL: nobody wants to know */
    void *loaded_context;
    struct arena arena;
    struct clock clock;
    struct waiter waiter;
    struct disk *disks[HANDLE_DISKS]; /* each a host_disk */
    size_t disk_count;
    bool looked;                    /* what is on the disks is known: */
    struct devices devices;         /* this */
    struct pvboot_volume **volumes; /* of each place; NULL: nobody has asked */
    struct view view;               /* of pvboot_stat() */
};

/* Each call of the library begins so, ... */
void handle_begin(struct pvboot *);

/* ... and ends so: no error is without a message. Returns it. */
int handle_end(struct pvboot *, int error);

/* Looks at the disks, once. Returns 0, or an error of no memory. */
int handle_look(struct pvboot *);

/* Where `path` is, and *rest, its path there. Returns 0 or an error (logged, or of no memory). */
int handle_resolve(struct pvboot *, const char *path, struct place **, const char **rest);

/* The volume there. Returns 0 or an error (logged). */
int handle_volume(struct pvboot *, struct place *, struct volume **);
