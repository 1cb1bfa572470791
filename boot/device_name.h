/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of disks and partitions, as menus write them:
 *
 *      (hd0)        a whole disk; (xvda) and (xen/xvda) are the same, by the host's name
 *      (cd)         the first CD-ROM
 *      (hd0,1)      the second of its table; as GRUB 2 counts, (hd0,msdos2) or (hd0,gpt2)
 *      (hd0,4)      the first logical partition
 *      (hd0,0,e)    e of the disklabel in there; for GRUB 2 (hd0,msdos1,bsd5)
 *      (hd0,e)      e of the disk's label, or of the first slice's that has one
 *      hd0e:        as NetBSD's loader has it: e of the label; without one, the fifth of a GPT; of
 *                   an MBR, a to d are the primary partitions, e to h too, as in the kernel, and
 *                   i is the first logical one; a of a disk without a table is the whole of it
 *      raid0a:      the same for a mirror of RAIDframe, (raid0,a)
 *      (md/root)    an array of Linux's md by its name, without the host in it; (md/0), of which
 *                   GRUB has (md0), too; or by its UUID, (mduuid/...); (md/root,1) is its second
 *                   partition
 *      (lvm/vg-lv)  a logical volume of LVM, hyphens in names doubled; (lvmid/...), by both UUIDs
 *      (btrfs/data) a btrfs on several devices, by its label or the beginning of its UUID
 *      NAME=root:   the GPT partition of this name
 *
 * In a grub.cfg numbers count from 1 (devices->counts_from_one): (hd0,1) is (hd0,msdos1).
 *
 * The name of a member of an array means the array: (hd0,a) can be (raid0), (hd0,a,e) its e.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct devices;
struct place;

/* How many characters of `path` name its device: 0 when none does, or the name has no end. */
size_t device_name_length(const char *path);

enum { DEVICE_NAME_SIZE = 96 };

/*
 * GRUB 2's name of a place, without parentheses: "hd0", "hd0,gpt2", "hd0,msdos1,bsd5", "raid0". One
 * that is longer is cut.
 */
void device_name_of(const struct place *, char name[DEVICE_NAME_SIZE]);

/* The place called `name`, of `length` characters, or NULL. */
struct place *device_name_find(const struct devices *, const char *name, size_t length);
