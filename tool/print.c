/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/print.h"

#include <stdio.h>

#include "lib/error.h"
#include "lib/utf.h"

enum { PRINT_SIZE = 16 << 10 };

void print_arguments(const char *format, va_list arguments)
{
    char text[PRINT_SIZE];
    (void)vsnprintf(text, sizeof text, format, arguments); /* cut, as promised */
    utf8_disarm(text);
    (void)fputs(text, stdout); /* print_flush() says when it cannot be written */
}

void print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_arguments(format, arguments);
    va_end(arguments);
}

void print_line(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_arguments(format, arguments);
    va_end(arguments);
    (void)putchar('\n'); /* likewise */
}

int print_flush(void)
{
    return fflush(stdout) == 0 && ferror(stdout) == 0 ? 0 : ERR_IO;
}
