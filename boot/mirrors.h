/* SPDX-License-Identifier: BSD-2-Clause */
/* Mirrors whose components are on several disks. */
#pragma once

struct devices;

/*
 * Leaves out, and says so, the components that stayed behind when others of their mirror went on:
 * what they hold is out of date. Where there is no newer one, a component stays.
 */
void mirrors_drop_stale(struct devices *);
