/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sentences for people. A log is a place where lines go: the console, standard error, a test's
 * buffer. A sentence names the device and the path and says why: "(hd0,0)/boot/vmlinuz: no such
 * file".
 */
#pragma once

struct log {
    /* Takes one line, without its newline. */
    void (*line)(struct log *, const char *text);
};

/* One line. A text over 500 bytes is cut; control characters, and what is no UTF-8, come out as '?'. */
void log_line(struct log *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same, and returns `error`: `return fail(log, ERR_CORRUPT, "...")`. */
int fail(struct log *, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));
