/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the libraries want of a C library, beside musl's string functions and snprintf.
 *
 * stdio: bzip2's functions for files, which nobody calls, share an object with those that are called.
 *
 * musl's locks: there is one thread, and the system call inside of them would be a hypercall.
 * malloc: the unpackers are given allocators of ours; one that comes here gets no memory.
 *
 * zstd's tracing hooks: weak, and too far away from address 0 to be left out.
 */
#include <stddef.h>

int __lockfile(void *file);
void __unlockfile(void *file);
void __lock(volatile int *lock);
void __unlock(volatile int *lock);

int __lockfile(void *file)
{
    (void)file;
    return 0;
}

void __unlockfile(void *file)
{
    (void)file;
}

void __lock(volatile int *lock)
{
    (void)lock;
}

void __unlock(volatile int *lock)
{
    (void)lock;
}

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void free(void *memory);

void *malloc(size_t size)
{
    (void)size;
    return NULL;
}

void *calloc(size_t count, size_t size)
{
    (void)count;
    (void)size;
    return NULL;
}

void free(void *memory)
{
    if (memory != NULL) {
        __builtin_trap();
    }
}

unsigned long long ZSTD_trace_decompress_begin(const void *context);
void ZSTD_trace_decompress_end(unsigned long long trace, const void *what);

unsigned long long ZSTD_trace_decompress_begin(const void *context)
{
    (void)context;
    return 0; /* do not trace */
}

void ZSTD_trace_decompress_end(unsigned long long trace, const void *what)
{
    (void)trace;
    (void)what;
}

/* ---- bzip2 ---------------------------------------------------------------------------------- */

void *const stdin, *const stdout, *const stderr;
void *fopen64(const char *path, const char *mode);
void *fdopen(int file, const char *mode);
int fclose(void *file);
int fflush(void *file);
int ferror(void *file);
int fgetc(void *file);
int ungetc(int byte, void *file);
int fputc(int byte, void *file);
size_t fread(void *target, size_t size, size_t count, void *file);
int __fprintf_chk(void *file, int flag, const char *format, ...);
const unsigned short **__ctype_b_loc(void);
_Noreturn void exit(int status);

void *fopen64(const char *path, const char *mode)
{
    (void)path;
    (void)mode;
    return NULL;
}

void *fdopen(int file, const char *mode)
{
    (void)file;
    (void)mode;
    return NULL;
}

int fclose(void *file)
{
    (void)file;
    return -1;
}

int fflush(void *file)
{
    (void)file;
    return -1;
}

int ferror(void *file)
{
    (void)file;
    return 1;
}

int fgetc(void *file)
{
    (void)file;
    return -1;
}

int ungetc(int byte, void *file)
{
    (void)byte;
    (void)file;
    return -1;
}

int fputc(int byte, void *file)
{
    (void)byte;
    (void)file;
    return -1;
}

size_t fread(void *target, size_t size, size_t count, void *file)
{
    (void)target;
    (void)size;
    (void)count;
    (void)file;
    return 0;
}

int __fprintf_chk(void *file, int flag, const char *format, ...)
{
    (void)file;
    (void)flag;
    (void)format;
    return -1;
}

const unsigned short **__ctype_b_loc(void)
{
    __builtin_trap(); /* only to parse the mode of a file */
}

_Noreturn void exit(int status)
{
    (void)status;
    __builtin_trap(); /* bzip2 has found itself to be wrong; the trap handler says where */
}
