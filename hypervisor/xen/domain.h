/* SPDX-License-Identifier: BSD-2-Clause */
/* The domain as a whole. */
#pragma once

/* Ends its run; `reason` is one of SHUTDOWN_* (xen/sched.h). */
_Noreturn void domain_shutdown(unsigned reason);
