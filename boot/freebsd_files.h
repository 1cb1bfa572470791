/* SPDX-License-Identifier: BSD-2-Clause */
/* FreeBSD's files that its loader reads. */
#pragma once

#include <stddef.h>

#include "menu/freebsd/loader_conf.h"

struct devices;
struct place;

/* What /boot/loader.conf and /boot/loader.conf.local of a place say; nothing where they are not there. Returns 0 or an error (logged). */
int freebsd_read_conf(struct loader_conf *, struct devices *, struct place *, struct arena *);

/* The root file system of /etc/fstab. */
struct freebsd_root {
    const char *device, *type, *options; /* NULL: it names none */
};

/* Returns 0 or an error (logged). */
int freebsd_read_root(struct freebsd_root *, struct devices *, struct place *, struct arena *);
