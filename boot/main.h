/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot loader: finds the config, shows the menu, runs an entry, and becomes the next guest.
 * Whatever fails ends in the menu again, with the reason.
 */
#pragma once

struct machine;

/*
 * Returns ERR_NO_MEMORY (logged) when there is none to work with, or 0 once machine->enter has
 * returned 0, as only the tool's does.
 */
int boot_main(struct machine *);
