/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/fat/name.h"

#include <stddef.h>

#include "lib/bytes.h"

enum { NAME_LENGTH = 8, EXTENSION_LENGTH = 3, REPLACEMENT = 0xFFFD };

static uint8_t checksum(const uint8_t *short_name)
{
    uint8_t sum = 0;
    for (unsigned i = 0; i < NAME_LENGTH + EXTENSION_LENGTH; i++) {
        sum = (uint8_t)((sum << 7 | sum >> 1) + short_name[i]);
    }
    return sum;
}

void fat_long_name_add(struct fat_long_name *name, const uint8_t *entry)
{
    static const uint8_t places[L_UNITS] = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
    unsigned order = entry[L_ORDER] & 0x3F;
    if ((entry[L_ORDER] & 0x40) != 0 && order >= 1 && order <= L_PIECES) {
        name->pieces = name->missing = order;
        name->checksum = entry[L_CHECKSUM];
    }
    if (name->pieces == 0 || order != name->missing || entry[L_CHECKSUM] != name->checksum) {
        name->pieces = 0;
        return;
    }
    name->missing--;
    for (unsigned i = 0; i < L_UNITS; i++) {
        name->units[name->missing * L_UNITS + i] = le16(entry + places[i]);
    }
}

static char *put_utf8(char *p, uint32_t code)
{
    if (code < 0x80) {
        *p++ = (char)code;
        return p;
    }
    unsigned tail = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const uint8_t lead[] = {0, 0xC0, 0xE0, 0xF0};
    *p++ = (char)(lead[tail] | code >> 6 * tail);
    while (tail-- > 0) {
        *p++ = (char)(0x80 | (code >> 6 * tail & 0x3F));
    }
    return p;
}

/* At most 255 units of 3 bytes: they fit. */
static void put_long_name(const struct fat_long_name *long_name, char *name)
{
    unsigned count = long_name->pieces * L_UNITS < 255 ? long_name->pieces * L_UNITS : 255;
    for (unsigned i = 0; i < count && long_name->units[i] != 0; i++) {
        uint32_t unit = long_name->units[i];
        uint32_t next = i + 1 < count ? long_name->units[i + 1] : 0;
        if (unit >= 0xD800 && unit < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
            unit = 0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00);
            i++;
        } else if (unit >= 0xD800 && unit < 0xE000) {
            unit = REPLACEMENT;
        }
        name = put_utf8(name, unit);
    }
    *name = '\0';
}

/* Bytes over 127 depend on a code page that nobody names. */
static char *put_short_part(char *p, const uint8_t *part, unsigned length, bool lower)
{
    while (length > 0 && part[length - 1] == ' ') {
        length--;
    }
    for (unsigned i = 0; i < length; i++) {
        uint8_t c = part[i];
        if (lower && c >= 'A' && c <= 'Z') {
            c = (uint8_t)(c + ('a' - 'A'));
        }
        *p++ = c < 0x80 ? (char)c : '?';
    }
    return p;
}

static void put_short_name(const uint8_t *entry, char *name)
{
    char *p = put_short_part(name, entry + D_NAME, NAME_LENGTH, (entry[D_CASE] & 8) != 0);
    char *dot = p++;
    char *end = put_short_part(p, entry + D_NAME + NAME_LENGTH, EXTENSION_LENGTH, (entry[D_CASE] & 16) != 0);
    *dot = '.';
    *(end == p ? dot : end) = '\0';
}

void fat_name(const struct fat_long_name *long_name, const uint8_t *entry, char name[LONG_NAME_SIZE])
{
    bool whole = long_name->pieces > 0 && long_name->missing == 0 && long_name->checksum == checksum(entry + D_NAME);
    if (whole) {
        put_long_name(long_name, name);
    } else {
        put_short_name(entry, name);
    }
}
