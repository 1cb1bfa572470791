/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tool prints. Names, titles and labels come from disks: a terminal must not obey them, so
 * control characters come out as '?', line ends among them.
 */
#pragma once

#include <stdarg.h>

/* To standard output, as printf(); over 16 KiB are cut. print_line() puts a line end after it. */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
void print_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* As print(), with arguments as vprintf() has them. */
void print_arguments(const char *format, va_list) __attribute__((format(printf, 1, 0)));

/*
 * Writes out what has been printed. Returns 0 or ERR_IO, also when something could not be written
 * before; not logged.
 */
int print_flush(void);
