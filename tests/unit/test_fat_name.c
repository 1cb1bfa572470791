/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of FAT: short ones with their case and code page, long ones with their pieces, order and
 * checksum.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "fs/fat/name.h"
#include "lib/bytes.h"

#include <cmocka.h>

static void short_names(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        uint8_t cases;
        const char *name;
    } table[] = {
        {"VMLINUZ    ", 0, "VMLINUZ"},
        {"VMLINUZ    ", 8, "vmlinuz"},
        {"INITRD  IMG", 0, "INITRD.IMG"},
        {"INITRD  IMG", 8, "initrd.IMG"},
        {"INITRD  IMG", 16, "INITRD.img"},
        {"INITRD  IMG", 24, "initrd.img"},
        {"A       B  ", 0, "A.B"},
        {"12345678123", 24, "12345678.123"},
        {"A B     C D", 0, "A B.C D"},
        {"\x05"
         "ABC       ",
         0,
         "\xCF\x83"
         "ABC"}, /* 0xE5, a sigma */
        {"\x81"
         "BER       ",
         8,
         "\xC3\xBC"
         "ber"},
        {"\xDB\xDB\xDB\xDB\xDB\xDB\xDB\xDB\xDB\xDB\xDB", 0,
         "\xE2\x96\x88\xE2\x96\x88\xE2\x96\x88\xE2\x96\x88\xE2\x96\x88\xE2\x96\x88\xE2\x96\x88\xE2"
         "\x96\x88."
         "\xE2\x96\x88\xE2\x96\x88\xE2\x96\x88"},
        {"A\x1B[2J      ", 0, "A?[2J"},
        {"           ", 0, ""},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct fat_long_name none = {.pieces = 0};
        uint8_t entry[ENTRY_SIZE] = {0};
        char name[LONG_NAME_SIZE];
        memcpy(entry, table[i].bytes, 11);
        entry[D_CASE] = table[i].cases;
        fat_name(&none, entry, name);
        assert_string_equal(name, table[i].name);
    }
}

/* ---- long names ----------------------------------------------------------------------------- */

enum { CHECKSUM_OF_SHORT = 0xF4 }; /* of "LONGNA~1TXT", worked out apart from the driver */

static const uint8_t short_name[11] = {'L', 'O', 'N', 'G', 'N', 'A', '~', '1', 'T', 'X', 'T'};

static void piece(struct fat_long_name *name, unsigned order, uint8_t checksum,
                  const uint16_t *units, size_t count)
{
    static const uint8_t places[] = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
    size_t first = (size_t)((order & 0x3F) - 1) * 13;
    uint8_t entry[ENTRY_SIZE];
    memset(entry, 0xFF, sizeof entry);
    entry[L_ORDER] = (uint8_t)order;
    entry[L_CHECKSUM] = checksum;
    for (size_t i = 0; i < 13 && first + i <= count; i++) {
        put_le16(entry + places[i], first + i < count ? units[first + i] : 0);
    }
    fat_long_name_add(name, entry);
}

/* All pieces in the order of the disk. */
static void pieces(struct fat_long_name *name, uint8_t checksum, const uint16_t *units,
                   size_t count)
{
    unsigned last = (unsigned)((count + 12) / 13);
    for (unsigned order = last; order >= 1; order--) {
        piece(name, order | (order == last ? 0x40 : 0), checksum, units, count);
    }
}

static const char *decode(const struct fat_long_name *name)
{
    static char text[LONG_NAME_SIZE];
    uint8_t entry[ENTRY_SIZE] = {0};
    memcpy(entry, short_name, sizeof short_name);
    fat_name(name, entry, text);
    return text;
}

static void long_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint16_t units[30];
    } table[] = {
        {"a", {'a'}},
        {"vmlinuz-6.1.0-amd64",
         {'v', 'm', 'l', 'i', 'n', 'u', 'z', '-', '6', '.', '1', '.', '0', '-', 'a', 'm', 'd', '6',
          '4'}},
        {"just13letters", {'j', 'u', 's', 't', '1', '3', 'l', 'e', 't', 't', 'e', 'r', 's'}},
        {"\xC3\xBC\xE6\xBC\xA2", {0xFC, 0x6F22}},
        {"\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF", {0x7FF, 0x800, 0xFFFF}},
        {"\xF0\x9F\x98\x80!", {0xD83D, 0xDE00, '!'}},
        {"\xF4\x8F\xBF\xBF", {0xDBFF, 0xDFFF}},
        {"\xEF\xBF\xBD.", {0xD83D, '.'}},
        {".\xEF\xBF\xBD", {'.', 0xD83D}},
        {"\xEF\xBF\xBD\xEF\xBF\xBD", {0xDE00, 0xD83D}},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct fat_long_name name = {.pieces = 0};
        size_t count = 0;
        while (table[i].units[count] != 0) {
            count++;
        }
        pieces(&name, CHECKSUM_OF_SHORT, table[i].units, count);
        assert_string_equal(decode(&name), table[i].name);
    }
}

static void longest_names(void **state)
{
    (void)state;
    static uint16_t units[260];
    for (size_t i = 0; i < 260; i++) {
        units[i] = 0x6F22;
    }
    struct fat_long_name name = {.pieces = 0};
    pieces(&name, CHECKSUM_OF_SHORT, units, 255);
    assert_int_equal(strlen(decode(&name)), 765);
    pieces(&name, CHECKSUM_OF_SHORT, units, 260); /* without an end: cut */
    assert_int_equal(strlen(decode(&name)), 765);
    pieces(&name, CHECKSUM_OF_SHORT, units, 0); /* no piece at all changes nothing */
    assert_int_equal(strlen(decode(&name)), 765);
}

/*
 * Pieces by order and checksum: whatever is not a whole name for this entry leaves the short name.
 */
static void broken_long_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct {
            uint8_t order, checksum;
        } pieces[5];
        const char *expected;
    } table[] = {
        {"whole", {{0x42, 0xF4}, {1, 0xF4}}, "aaaaaaaaaaaaaaaaaaaa"},
        {"another file's", {{0x42, 0x11}, {1, 0x11}}, "LONGNA~1.TXT"},
        {"checksums differ", {{0x42, 0xF4}, {1, 0x11}}, "LONGNA~1.TXT"},
        {"first piece missing", {{0x42, 0xF4}}, "LONGNA~1.TXT"},
        {"last piece missing", {{1, 0xF4}}, "LONGNA~1.TXT"},
        {"middle missing", {{0x43, 0xF4}, {1, 0xF4}}, "LONGNA~1.TXT"},
        {"upwards", {{1, 0xF4}, {0x42, 0xF4}}, "LONGNA~1.TXT"},
        {"one too many", {{0x42, 0xF4}, {1, 0xF4}, {1, 0xF4}}, "LONGNA~1.TXT"},
        {"began anew", {{0x43, 0x11}, {2, 0x11}, {0x42, 0xF4}, {1, 0xF4}}, "aaaaaaaaaaaaaaaaaaaa"},
        {"unfinished after a whole one", {{0x42, 0xF4}, {1, 0xF4}, {0x42, 0xF4}}, "LONGNA~1.TXT"},
        {"order 0", {{0x40, 0xF4}}, "LONGNA~1.TXT"},
        {"order 21", {{0x40 | 21, 0xF4}, {20, 0xF4}}, "LONGNA~1.TXT"},
        {"order 63", {{0x7F, 0xF4}}, "LONGNA~1.TXT"},
    };
    static uint16_t units[63 * 13 + 13];
    for (size_t i = 0; i < 20; i++) {
        units[i] = 'a';
    }
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct fat_long_name name = {.pieces = 0};
        for (size_t k = 0; k < 5 && table[i].pieces[k].order != 0; k++) {
            piece(&name, table[i].pieces[k].order, table[i].pieces[k].checksum, units, 20);
        }
        if (strcmp(decode(&name), table[i].expected) != 0) {
            fail_msg("%s: %s", table[i].name, decode(&name));
        }
    }
}

static void empty_long_name(void **state)
{
    (void)state;
    static const uint16_t units[1] = {0};
    struct fat_long_name name = {.pieces = 0};
    piece(&name, 0x41, CHECKSUM_OF_SHORT, units, 0);
    assert_string_equal(decode(&name), "LONGNA~1.TXT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_names),     cmocka_unit_test(long_names),
        cmocka_unit_test(longest_names),   cmocka_unit_test(broken_long_names),
        cmocka_unit_test(empty_long_name),
    };
    return cmocka_run_group_tests_name("fat_name", tests, NULL, NULL);
}
