/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot loader: finds the config, shows the menu, runs an entry, and becomes the next guest.
 * Whatever fails ends in the menu again, with the reason.
 */
#pragma once

struct machine;

/* Returns only when there is no memory to work with (logged). */
int boot_main(struct machine *);
