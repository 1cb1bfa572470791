/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the libraries want of a C library, beside musl's string functions and snprintf.
 *
 * musl's locks: there is one thread, and the system call inside of them would be a hypercall.
 * malloc: the unpackers are given allocators of ours; one that comes here is told that there is no
 * memory.
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
