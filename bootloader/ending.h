/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xl ends the program with a signal when the console's client hangs up, or the domain is destroyed. Signals come
 * only while a pipe is waited for, so that nothing is left half done.
 */
#pragma once

#include <stdbool.h>

/* From now on SIGTERM, SIGHUP and SIGINT wait. */
void ending_prepare(void);

/* In a process that was forked after that: they end it at once, as usual. */
void ending_forget(void);

/* Waits until there is something to read, or the end of it. Returns 0, or ERR_CANCELLED (not logged) after a signal. */
int ending_wait(int file);

/* Has one come? */
bool ending_is_wanted(void);

/* Ends the process by the signal that has come: who has sent it shall see that. */
void ending_obey(void);
