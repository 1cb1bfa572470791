/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console ring that Xen's builder gave the domain (xen/io/console.h), as `struct console` and
 * as a log.
 */
#pragma once

struct console;
struct log;

struct console *xen_console(void);

/* Lines on the console. */
struct log *xen_console_log(void);
