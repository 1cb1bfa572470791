/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Passwords as grub-mkpasswd-pbkdf2 writes them: PBKDF2 (RFC 8018) with HMAC-SHA-512.
 *
 *      grub.pbkdf2.sha512.ITERATIONS.SALT.HASH         decimal, hexadecimal, hexadecimal
 */
#pragma once

struct log;

enum { PBKDF2_ITERATIONS = 1000000 /* at most: about a second */ };

/*
 * Does `answer` have this hash? Returns 0, ERR_DENIED (not logged) when it has another one, or
 * ERR_UNSUPPORTED (logged) where the hash is of another form, or wants more iterations.
 */
int pbkdf2_check(const char *hash, const char *answer, struct log *);
