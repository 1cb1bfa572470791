/* SPDX-License-Identifier: BSD-2-Clause */
/* The page on which Xen writes time and events, mapped. */
#pragma once

#include "hypervisor/xen/xen.h"

/* Maps it where start_info says. The domain crashes where Xen refuses: without the page there is
 * neither time nor console. */
void shared_info_map(void);

/* NULL before shared_info_map(). */
shared_info_t *shared_info(void);
