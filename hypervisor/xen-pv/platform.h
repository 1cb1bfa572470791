/* SPDX-License-Identifier: BSD-2-Clause */
/* A PV guest's part of hypervisor/xen. */
#pragma once

#include "hypervisor/xen/platform.h"

extern const struct platform pv_platform;
