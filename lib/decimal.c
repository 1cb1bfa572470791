/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/decimal.h"

#include <string.h>

#include "lib/checked.h"

size_t decimal_begin(const char *text, size_t length, uint64_t *number)
{
    size_t digits = 0;
    *number = 0;
    for (; digits < length && text[digits] >= '0' && text[digits] <= '9'; digits++) {
        if (!checked_mul(*number, 10, number) ||
            !checked_add(*number, (uint64_t)(text[digits] - '0'), number)) {
            return 0;
        }
    }
    return digits;
}

bool decimal_parse(const char *text, uint64_t limit, uint64_t *number)
{
    size_t length = strlen(text);
    return length > 0 && decimal_begin(text, length, number) == length && *number <= limit;
}
