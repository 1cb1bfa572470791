/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/pbkdf2.h"

#include <nettle/pbkdf2.h>
#include <stdbool.h>
#include <string.h>

#include "lib/decimal.h"
#include "lib/error.h"
#include "lib/log.h"

enum { BYTES = 256 /* of a salt, or of a hash, at most: grub-mkpasswd-pbkdf2 makes 64 */ };

struct hash {
    unsigned iterations;
    uint8_t salt[BYTES], bytes[BYTES];
    size_t salt_size, size;
};

static int digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads pairs of digits. Returns what follows them. */
static const char *parse_hexadecimal(const char *text, uint8_t *bytes, size_t *size)
{
    for (*size = 0; *size < BYTES; text += 2) {
        int high = digit(text[0]), low = high >= 0 ? digit(text[1]) : -1;
        if (low < 0) {
            break;
        }
        bytes[(*size)++] = (uint8_t)(high * 16 + low);
    }
    return text;
}

static bool parse_hash(struct hash *hash, const char *text)
{
    static const char kind[] = "grub.pbkdf2.sha512.";
    uint64_t iterations;
    if (strncmp(text, kind, sizeof kind - 1) != 0) {
        return false;
    }
    text += sizeof kind - 1;
    size_t digits = decimal_begin(text, strlen(text), &iterations);
    if (digits == 0 || iterations == 0 || iterations > PBKDF2_ITERATIONS || text[digits] != '.') {
        return false;
    }
    hash->iterations = (unsigned)iterations;
    text = parse_hexadecimal(text + digits + 1, hash->salt, &hash->salt_size);
    if (*text != '.') {
        return false;
    }
    text = parse_hexadecimal(text + 1, hash->bytes, &hash->size);
    return *text == '\0' && hash->size > 0;
}

int pbkdf2_check(const char *hash, const char *answer, struct log *log)
{
    struct hash wanted;
    uint8_t made[BYTES];
    if (!parse_hash(&wanted, hash)) {
        return fail(log, ERR_UNSUPPORTED,
                    "the password's hash \"%.24s...\" is not grub.pbkdf2.sha512 with at most %d "
                    "iterations",
                    hash, PBKDF2_ITERATIONS);
    }
    pbkdf2_hmac_sha512(strlen(answer), (const uint8_t *)answer, wanted.iterations, wanted.salt_size,
                       wanted.salt, wanted.size, made);
    return memcmp(made, wanted.bytes, wanted.size) == 0 ? 0 : ERR_DENIED;
}
