/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names that a NetBSD kernel gives to partitions. It sees one table of a device, so it has names
 * for the partitions of that one alone:
 *
 *      a GPT         dk0, dk1, ...: its entries, in order, over all devices
 *      a disklabel   xbd0a ...: its letters; of several, that of the first NetBSD slice counts
 *      an MBR        xbd0e to h: primary partitions that are no extended one; i and on: logical ones
 *      none          xbd0a, the whole of it
 *
 * A place is what starts where it does: (hd0,0) can be a of the label in it. A mirror is a device
 * like any other: raid0a.
 */
#pragma once

#include <stddef.h>

struct devices;
struct place;

/* NetBSD's name of a place; "" where it has none. */
void netbsd_name(const struct devices *, const struct place *, char *name, size_t size);
