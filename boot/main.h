/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot loader: finds the config, shows the menu, runs an entry, and becomes the next guest.
 * Whatever fails ends in the menu again, with the reason.
 */
#pragma once

struct machine;

/*
 * Returns ERR_NO_MEMORY (logged) when there is none to work with; where the machine is unattended, the error
 * (logged) for which nothing was booted; or 0 once machine->enter has returned 0, as only programs' do.
 */
int boot_main(struct machine *);
