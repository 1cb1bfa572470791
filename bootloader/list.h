/* SPDX-License-Identifier: BSD-2-Clause */
/* What a menu would boot, in pygrub's words; no kernel is looked at. */
#pragma once

struct machine;
struct request;

/*
 * Prints all entries; of a request that is_config, what the wanted one would boot. Returns 0 or an error
 * (logged).
 */
int list_entries(struct machine *, const struct request *);
