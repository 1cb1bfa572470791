/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "lib/utf.h"

enum { LINE_SIZE = 512 };

__attribute__((format(printf, 2, 0))) static void log_arguments(struct log *log, const char *format,
                                                                va_list arguments)
{
    char text[LINE_SIZE];
    (void)vsnprintf(text, sizeof text, format, arguments); /* cut, as promised */
    utf8_disarm(text); /* names come from disks: a terminal must not obey them */
    log->line(log, text);
}

void log_line(struct log *log, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    log_arguments(log, format, arguments);
    va_end(arguments);
}

int fail(struct log *log, int error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    log_arguments(log, format, arguments);
    va_end(arguments);
    return error;
}
