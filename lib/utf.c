/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/utf.h"

#include <stdbool.h>
#include <string.h>

enum { REPLACEMENT = 0xFFFD, AFTER_UNICODE = 0x110000 };

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

/* How many bytes follow the first one of a character; 0 where none can, or it is none. */
static unsigned tail_of(uint8_t lead)
{
    if (lead < 0xC0 || lead >= 0xF8) {
        return 0;
    }
    return lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
}

const char *utf8_get(const char *text, uint32_t *code)
{
    static const uint32_t smallest[] = {0, 0x80, 0x800, 0x10000};
    const uint8_t *bytes = (const uint8_t *)text;
    unsigned tail = tail_of(bytes[0]), count = 1;
    uint32_t value = bytes[0] & 0x3F >> tail;
    while (count <= tail && (bytes[count] & 0xC0) == 0x80) {
        value = value << 6 | (bytes[count++] & 0x3F);
    }
    if (count > 1 && count == tail + 1 && value >= smallest[tail]) {
        *code = value;
        return text + count;
    }
    *code = bytes[0] < 0x80 ? bytes[0] : AFTER_UNICODE + bytes[0];
    return text + 1;
}

/* Control characters, half pairs of UTF-16, and what is none of Unicode's. */
static bool is_harmful(uint32_t code)
{
    return code < ' ' || (code >= 0x7F && code < 0xA0) || (code >= 0xD800 && code < 0xE000) ||
           code >= AFTER_UNICODE;
}

static bool is_plain(char c)
{
    return c >= ' ' && c < 0x7F;
}

/* Most text is plain, and a listing has much of it. */
void utf8_disarm(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0';) {
        if (is_plain(*from)) {
            *to++ = *from++;
            continue;
        }
        uint32_t code;
        const char *next = utf8_get(from, &code);
        if (is_harmful(code)) {
            *to++ = '?';
        } else {
            memmove(to, from, (size_t)(next - from));
            to += next - from;
        }
        from = next;
    }
    *to = '\0';
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
