/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/log.h"

#include <stdarg.h>
#include <stdio.h>

enum { LINE_SIZE = 512 };

/* Names come from disks: a terminal must not obey them. */
static void disarm(char *text)
{
    for (unsigned char *c = (unsigned char *)text; *c != '\0'; c++) {
        if (*c < ' ' || *c == 0x7F) {
            *c = '?';
        }
    }
}

__attribute__((format(printf, 2, 0))) static void log_arguments(struct log *log, const char *format,
                                                                va_list arguments)
{
    char text[LINE_SIZE];
    (void)vsnprintf(text, sizeof text, format, arguments); /* cut, as promised */
    disarm(text);
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
