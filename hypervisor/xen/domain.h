/* SPDX-License-Identifier: BSD-2-Clause */
/* The domain as a whole. */
#pragma once

/* Ends its run; `reason` is one of SHUTDOWN_* (xen/sched.h). */
_Noreturn void domain_shutdown(unsigned reason);

/*
 * Lets the domain be saved (`xl save`, `xl migrate`), and returns when it runs again, perhaps as
 * another domain on another host. No event channel of ours is open and nothing is lent: no device is
 * connected. Returns 0, or ERR_NO_MEMORY: there is no grant table any more.
 */
int domain_suspend(void);
