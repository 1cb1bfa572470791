/* SPDX-License-Identifier: BSD-2-Clause */
/* The processor's exceptions: each is a bug, and reported (hypervisor/xen/exceptions.h). */
#pragma once

void descriptors_start(void);
