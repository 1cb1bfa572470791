/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's public headers, in one version of their interface. */
#pragma once

#include <stdint.h>
#include <xen/elfnote.h>
#include <xen/event_channel.h>
#include <xen/features.h>
#include <xen/grant_table.h>
#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/version.h>
#include <xen/xen.h>

enum { PAGE_SHIFT = 12 };
