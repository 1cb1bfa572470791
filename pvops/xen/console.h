/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console ring that Xen's builder gave the domain (xen/io/console.h), as `struct console` and
 * as a log.
 */
#pragma once

struct console;
struct log;

struct console *xen_console(void);

/*
 * Before the hand-over, as the last use of any event: none is pending but the console's, if there is input that nobody has read;
 * it belongs to the next kernel, which waits to hear of it.
 */
void xen_console_leave(void);

/* Lines on the console. */
struct log *xen_console_log(void);
