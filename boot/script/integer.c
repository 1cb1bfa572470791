/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/script/integer.h"

#include <string.h>

#include "lib/checked.h"

/* A digit's value, or one that no base has. */
static unsigned digit(char c)
{
    if (c >= '0' && c <= '9') {
        return (unsigned)(c - '0');
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 99;
}

static unsigned base_of(const char *text)
{
    if (text[0] != '0') {
        return 10;
    }
    return (text[1] | 0x20) == 'x' && digit(text[2]) < 16 ? 16 : 8;
}

const char *integer_begin(const char *text, int64_t *number)
{
    const char *at = text + strspn(text, " \t\n\v\f\r");
    bool negative = *at == '-';
    uint64_t value = 0;
    at += *at == '-' || *at == '+' ? 1 : 0;
    unsigned base = base_of(at);
    at += base == 16 ? 2 : 0;
    const char *digits = at;
    for (; digit(*at) < base; at++) {
        if (!checked_mul(value, base, &value) || !checked_add(value, digit(*at), &value) ||
            value > INT64_MAX) {
            value = INT64_MAX;
        }
    }
    *number = negative ? -(int64_t)value : (int64_t)value;
    return at == digits ? text : at;
}

bool integer_parse(const char *text, int64_t *number)
{
    const char *end = integer_begin(text, number);
    return end != text && *end == '\0';
}
