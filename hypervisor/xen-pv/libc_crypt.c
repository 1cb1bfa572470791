/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libxcrypt wants of a C library, beside what libc.c and musl have: glibc's checked variants of
 * functions, and what its other kinds of hashes and the making of salts need, which nobody asks
 * for.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int *__errno_location(void);
int *___errno_location(void);
void __assert_fail(const char *what, const char *file, unsigned line, const char *function)
    __attribute__((noreturn));
void __explicit_bzero_chk(void *memory, size_t size, size_t limit);
int __snprintf_chk(char *text, size_t size, int flag, size_t limit, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void *realloc(void *memory, size_t size);
void *mmap(void *address, size_t size, int protection, int flags, int file, int64_t offset);
int munmap(void *memory, size_t size);
void arc4random_buf(void *memory, size_t size);

int *__errno_location(void)
{
    static int error; /* set, and never read */
    return &error;
}

/* musl's own name of it, whose other place would be a thread's, which there is not. */
int *___errno_location(void)
{
    return __errno_location();
}

void __assert_fail(const char *what, const char *file, unsigned line, const char *function)
{
    (void)what;
    (void)file;
    (void)line;
    (void)function;
    __builtin_trap();
}

void __explicit_bzero_chk(void *memory, size_t size, size_t limit)
{
    (void)limit;
    memset(memory, 0, size);
    __asm__ volatile("" ::"r"(memory) : "memory"); /* it is not left out as useless */
}

int __snprintf_chk(char *text, size_t size, int flag, size_t limit, const char *format, ...)
{
    va_list arguments;
    (void)flag;
    (void)limit;
    va_start(arguments, format);
    int length = vsnprintf(text, size, format, arguments);
    va_end(arguments);
    return length;
}

void *realloc(void *memory, size_t size)
{
    (void)memory;
    (void)size;
    return NULL;
}

void *mmap(void *address, size_t size, int protection, int flags, int file, int64_t offset)
{
    (void)address;
    (void)size;
    (void)protection;
    (void)flags;
    (void)file;
    (void)offset;
    return (void *)-1; /* MAP_FAILED */
}

int munmap(void *memory, size_t size)
{
    (void)memory;
    (void)size;
    return 0;
}

void arc4random_buf(void *memory, size_t size)
{
    (void)memory;
    (void)size;
    __builtin_trap(); /* for new salts, which nobody makes here */
}
