/* SPDX-License-Identifier: BSD-2-Clause */
/* The page on which Xen writes time and events, mapped. */
#pragma once

#include "hypervisor/xen/xen.h"

/*
 * Maps it where start_info says, and says on it where the p2m is, for whoever saves the domain. The
 * domain crashes where Xen refuses: without the page there is neither time nor console.
 */
void shared_info_map(void);

/* A page of ours is there again: one of Xen's stands in the way of saving the domain. */
void shared_info_unmap(void);

/* Before the hand-over: nothing of ours is on it. Its events are events_reset()'s. */
void shared_info_leave(void);

shared_info_t *shared_info(void);
