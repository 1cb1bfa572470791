/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared libraries that are opened when they are first needed: who does not need one does not wait for it and for all
 * that it pulls in, and need not have it.
 */
#pragma once

struct log;

/*
 * Opens a library, as "libnbd.so.0". NULL, logged: it is not there; `package` is Debian's, with which it comes. `who` wants
 * it, for the message.
 */
void *library_open(const char *file, const char *package, const char *who, struct log *);

/* Puts the address of a function into the function pointer at `pointer`. Returns 0 or ERR_NOT_FOUND (logged). */
int library_find(void *library, const char *name, void *pointer, struct log *);

/* NULL is closed already. */
void library_close(void *library);
