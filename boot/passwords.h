/* SPDX-License-Identifier: BSD-2-Clause */
/* Is it the password? */
#pragma once

struct arena;
struct log;

/*
 * Compares an answer with a password, or with its hash as crypt(3) writes it ("$1$...", "$5$...",
 * "$6$..."). Returns 0, ERR_DENIED (not logged) when it is another one, ERR_UNSUPPORTED (logged)
 * for a kind of hash that is not known, or ERR_NO_MEMORY.
 */
int password_check(const char *password, const char *answer, struct arena *, struct log *);
