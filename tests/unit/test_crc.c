/* SPDX-License-Identifier: BSD-2-Clause */
/* Checksums: against the values that catalogues of them give, and against the division itself. */
#include <string.h>

#include "lib/crc16.h"
#include "lib/crc32c.h"
#include "tests/unit/testing.h"

static const char digits[] = "123456789";

/* The catalogue's value is inverted at the end. */
static void crc32c_is_the_known_one(void **state)
{
    (void)state;
    assert_int_equal(~crc32c(UINT32_MAX, digits, 9), 0xE3069283);
    assert_int_equal(crc32c(crc32c(UINT32_MAX, digits, 4), digits + 4, 5),
                     crc32c(UINT32_MAX, digits, 9));
}

static void crc16_is_the_known_one(void **state)
{
    (void)state;
    assert_int_equal(crc16(0, digits, 9), 0xBB3D);
    assert_int_equal(crc16(crc16(0, digits, 4), digits + 4, 5), crc16(0, digits, 9));
}

/* One bit after the other. */
static uint32_t divide(uint32_t sum, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < 8 * length; i++) {
        uint32_t bit = (sum ^ bytes[i / 8] >> i % 8) & 1;
        sum = sum >> 1 ^ (bit != 0 ? 0x82F63B78 : 0);
    }
    return sum;
}

static void crc32c_is_the_same_at_all_lengths(void **state)
{
    (void)state;
    uint8_t bytes[200];
    unsigned seed = 1;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)rand_r(&seed);
    }
    for (size_t start = 0; start < 16; start++) {
        for (size_t length = 0; start + length <= sizeof bytes; length++) {
            assert_int_equal(crc32c(12345, bytes + start, length),
                             divide(12345, bytes + start, length));
            assert_int_equal(crc32c_fastest()(12345, bytes + start, length),
                             crc32c(12345, bytes + start, length));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crc32c_is_the_known_one),
        cmocka_unit_test(crc32c_is_the_same_at_all_lengths),
        cmocka_unit_test(crc16_is_the_known_one),
    };
    return cmocka_run_group_tests_name("crc", tests, NULL, NULL);
}
