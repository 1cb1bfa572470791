/* SPDX-License-Identifier: BSD-2-Clause */
/* This process's terminal as a console: bytes as they are typed, without echo or signals. */
#pragma once

struct console;
struct log;

/* Ctrl-] ends the process, as it ends `xl console`. */
enum { HOST_CONSOLE_LEAVE = 0x1D };

/* The console; NULL, logged, when standard input and output are no terminal. */
struct console *host_console(struct log *);

/* Lines on it. */
struct log *host_console_log(void);

/* Makes the terminal as it was, and as the console wants it again. */
void host_console_suspend(void);
void host_console_resume(void);
