/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/utf.h"

#include <stdbool.h>

enum { REPLACEMENT = 0xFFFD };

char *utf8_put(char *p, uint32_t code)
{
    static const uint8_t lead[] = {0, 0xC0, 0xE0, 0xF0};
    if (code < 0x80) {
        *p++ = (char)code;
        return p;
    }
    unsigned tail = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    *p++ = (char)(lead[tail] | code >> 6 * tail);
    while (tail-- > 0) {
        *p++ = (char)(0x80 | (code >> 6 * tail & 0x3F));
    }
    return p;
}

static bool is_high_surrogate(uint32_t unit)
{
    return unit >= 0xD800 && unit < 0xDC00;
}

static bool is_low_surrogate(uint32_t unit)
{
    return unit >= 0xDC00 && unit < 0xE000;
}

/* The character at units[*i]; moves *i to its last unit. */
static uint32_t character(const uint16_t *units, size_t count, size_t *i)
{
    uint32_t unit = units[*i];
    uint32_t next = *i + 1 < count ? units[*i + 1] : 0;
    if (is_high_surrogate(unit) && is_low_surrogate(next)) {
        ++*i;
        return 0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00);
    }
    return is_high_surrogate(unit) || is_low_surrogate(unit) ? REPLACEMENT : unit;
}

void utf16_to_utf8(char *text, const uint16_t *units, size_t count)
{
    for (size_t i = 0; i < count && units[i] != 0; i++) {
        text = utf8_put(text, character(units, count, &i));
    }
    *text = '\0';
}
