/* SPDX-License-Identifier: BSD-2-Clause */
/* Xenstore as what boot/ shares with the host. */
#pragma once

struct store;

struct store *xen_store(void);
