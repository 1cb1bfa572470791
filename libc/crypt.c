/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libxcrypt, as far as it is wanted: its crypt_rn() would bring all the kinds of hashes there are,
 * a fifth of the loader's file. This one knows three. And what they want of a C library, beside what
 * stubs.c and musl have: glibc's checked variants of functions.
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
void *__memcpy_chk(void *target, const void *source, size_t size, size_t limit);

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

void *__memcpy_chk(void *target, const void *source, size_t size, size_t limit)
{
    (void)limit;
    return memcpy(target, source, size);
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

/* ---- crypt_rn ------------------------------------------------------------------------------- */

/* One of libxcrypt's own: the hash goes to `output`, which stays as it is where it cannot be made. */
typedef void make_hash(const char *phrase, size_t phrase_size, const char *setting,
                       size_t setting_size, uint8_t *output, size_t output_size, void *scratch,
                       size_t scratch_size);
make_hash _crypt_crypt_md5crypt_rn, _crypt_crypt_sha256crypt_rn, _crypt_crypt_sha512crypt_rn;

char *crypt_rn(const char *phrase, const char *setting, void *data, int size);

static make_hash *find_hash(const char *setting)
{
    static const struct {
        const char *prefix;
        make_hash *make;
    } hashes[] = {{"$1$", _crypt_crypt_md5crypt_rn},
                  {"$5$", _crypt_crypt_sha256crypt_rn},
                  {"$6$", _crypt_crypt_sha512crypt_rn}};
    for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++) {
        if (strncmp(setting, hashes[i].prefix, 3) == 0) {
            return hashes[i].make;
        }
    }
    return NULL;
}

/* As libxcrypt has it: half of `data` is the output's, the other half to work in. */
char *crypt_rn(const char *phrase, const char *setting, void *data, int size)
{
    make_hash *make = find_hash(setting);
    size_t half = (size_t)size / 2;
    char *output = data;
    if (make == NULL) {
        return NULL;
    }
    output[0] = '\0';
    make(phrase, strlen(phrase), setting, strlen(setting), data, half, output + half, half);
    return output[0] == '$' ? output : NULL;
}
