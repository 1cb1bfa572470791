/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line of a NetBSD kernel under Xen PV, which gets no bootinfo: all that NetBSD's boot
 * would tell it must stand there. Words that it knows: bootdev= or root= (a device's name, "xbd0a",
 * or "wedge:NAME"), -flags, console=, ip=, nfsroot=, pciback.hide=. It splits at single blanks, and
 * cuts at 255 characters.
 */
#pragma once

#include <stdbool.h>

struct arena;
struct devices;
struct log;
struct plan;

/* Is `guest_os`, from a kernel's notes, NetBSD? */
bool netbsd_is(const char *guest_os);

/*
 * The command line for the plan's kernel: its arguments, led by the root device where they do not
 * name one: what `root` said, or where the kernel lies (logged where NetBSD has no name for that).
 * In the arena; NULL: no memory.
 */
const char *netbsd_command_line(const struct plan *, struct devices *, struct arena *,
                                struct log *);
