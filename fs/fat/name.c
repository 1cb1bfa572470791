/* SPDX-License-Identifier: BSD-2-Clause */
/* Names: UTF-16 in pieces, or 8.3, to UTF-8. */
#include "fs/fat/name.h"

#include <string.h>

#include "lib/bytes.h"
#include "lib/utf.h"

enum { NAME_LENGTH = 8, EXTENSION_LENGTH = 3, LONG_NAME_UNITS = 255 };

/* ---- long names ----------------------------------------------------------------------------- */

/* Of the short name, as it is on disk. */
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
    unsigned order = entry[L_ORDER] & L_ORDER_MASK;
    if ((entry[L_ORDER] & L_ORDER_LAST) != 0) {
        name->pieces = name->missing = order <= L_PIECES ? order : 0;
        name->checksum = entry[L_CHECKSUM];
    }
    if (name->missing == 0 || order != name->missing || entry[L_CHECKSUM] != name->checksum) {
        name->pieces = 0;
        return;
    }
    name->missing--;
    for (unsigned i = 0; i < L_UNITS; i++) {
        name->units[name->missing * L_UNITS + i] = le16(entry + places[i]);
    }
}

/* At most 255 units of 3 bytes: they fit. */
static void put_long_name(const struct fat_long_name *long_name, char *name)
{
    unsigned count = long_name->pieces * L_UNITS;
    utf16_to_utf8(name, long_name->units, count < LONG_NAME_UNITS ? count : LONG_NAME_UNITS);
}

/* ---- short names ---------------------------------------------------------------------------- */

/* Bytes over 127 depend on a code page that nobody names. This is the first one, the IBM PC's. */
static const uint16_t code_page_437[128] = {
    0x00C7, 0x00FC, 0x00E9, 0x00E2, 0x00E4, 0x00E0, 0x00E5, 0x00E7, 0x00EA, 0x00EB, 0x00E8, 0x00EF,
    0x00EE, 0x00EC, 0x00C4, 0x00C5, 0x00C9, 0x00E6, 0x00C6, 0x00F4, 0x00F6, 0x00F2, 0x00FB, 0x00F9,
    0x00FF, 0x00D6, 0x00DC, 0x00A2, 0x00A3, 0x00A5, 0x20A7, 0x0192, 0x00E1, 0x00ED, 0x00F3, 0x00FA,
    0x00F1, 0x00D1, 0x00AA, 0x00BA, 0x00BF, 0x2310, 0x00AC, 0x00BD, 0x00BC, 0x00A1, 0x00AB, 0x00BB,
    0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562, 0x2556, 0x2555, 0x2563, 0x2551, 0x2557,
    0x255D, 0x255C, 0x255B, 0x2510, 0x2514, 0x2534, 0x252C, 0x251C, 0x2500, 0x253C, 0x255E, 0x255F,
    0x255A, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256C, 0x2567, 0x2568, 0x2564, 0x2565, 0x2559,
    0x2558, 0x2552, 0x2553, 0x256B, 0x256A, 0x2518, 0x250C, 0x2588, 0x2584, 0x258C, 0x2590, 0x2580,
    0x03B1, 0x00DF, 0x0393, 0x03C0, 0x03A3, 0x03C3, 0x00B5, 0x03C4, 0x03A6, 0x0398, 0x03A9, 0x03B4,
    0x221E, 0x03C6, 0x03B5, 0x2229, 0x2261, 0x00B1, 0x2265, 0x2264, 0x2320, 0x2321, 0x00F7, 0x2248,
    0x00B0, 0x2219, 0x00B7, 0x221A, 0x207F, 0x00B2, 0x25A0, 0x00A0,
};

static uint32_t short_character(uint8_t c, bool lower)
{
    if (c >= 0x80) {
        return code_page_437[c - 0x80];
    }
    if (c < 0x20 || c == 0x7F) {
        return '?';
    }
    return lower && c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static char *put_short_part(char *p, const uint8_t *part, unsigned length, bool lower)
{
    while (length > 0 && part[length - 1] == ' ') {
        length--;
    }
    for (unsigned i = 0; i < length; i++) {
        p = utf8_put(p, short_character(part[i], lower));
    }
    return p;
}

void fat_label(const uint8_t *bytes, char label[LABEL_SIZE])
{
    uint8_t text[LABEL_LENGTH];
    memcpy(text, bytes, LABEL_LENGTH);
    text[0] = text[0] == NAME_IS_E5 ? 0xE5 : text[0];
    *put_short_part(label, text, LABEL_LENGTH, false) = '\0';
}

void fat_short_name(const uint8_t *entry, char name[SHORT_NAME_SIZE])
{
    uint8_t base[NAME_LENGTH];
    memcpy(base, entry + D_NAME, NAME_LENGTH);
    base[0] = base[0] == NAME_IS_E5 ? 0xE5 : base[0];
    char *dot = put_short_part(name, base, NAME_LENGTH, (entry[D_CASE] & CASE_NAME_LOWER) != 0);
    char *end = put_short_part(dot + 1, entry + D_NAME + NAME_LENGTH, EXTENSION_LENGTH,
                               (entry[D_CASE] & CASE_EXTENSION_LOWER) != 0);
    *dot = '.';
    *(end == dot + 1 ? dot : end) = '\0';
}

void fat_name(const struct fat_long_name *long_name, const uint8_t *entry,
              char name[LONG_NAME_SIZE])
{
    bool whole = long_name->pieces > 0 && long_name->missing == 0 && long_name->units[0] != 0;
    if (whole && long_name->checksum == checksum(entry + D_NAME)) {
        put_long_name(long_name, name);
    } else {
        fat_short_name(entry, name);
    }
}
