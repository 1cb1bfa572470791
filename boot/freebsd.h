/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A FreeBSD kernel that is started by its PVH entry, without FreeBSD's loader: what the loader would do for it with /boot/loader.conf
 * and /etc/fstab. The kernel makes its environment of the words of its command line, with commas between them:
 *
 *      boot_verbose=YES,kern.hz=100,vfs.root.mountfrom=ufs:/dev/gpt/rootfs
 *
 * Modules it takes from its own loader alone, laid out and described as that does it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct devices;
struct log;
struct place;
struct plan;

enum { FREEBSD_KERNELS = 16 };

/* Is `guest_os`, from a kernel's notes, FreeBSD? */
bool freebsd_is(const char *guest_os);

/*
 * The kernels below /boot of a place: the one that its loader.conf names, then others. Returns how many; paths lie in the arena, or
 * are constant.
 */
size_t freebsd_kernels(struct devices *, struct place *, const char *paths[FREEBSD_KERNELS],
                       struct arena *);

/*
 * The command line for the plan's kernel, in the arena: its arguments and the host's, the flags among them as the variables that they
 * stand for; then what loader.conf and fstab of the kernel's place say and they do not. What is left out is logged.
 * Returns 0; ERR_UNSUPPORTED (logged) where the plan has modules or an initrd; ERR_NO_MEMORY.
 */
int freebsd_command_line(const char **line, const struct plan *, struct devices *, struct arena *,
                         struct log *);
