/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/view/keys.h"

#include <stddef.h>

static int letter_key(int byte)
{
    switch (byte) {
    case 'A':
        return KEY_UP;
    case 'B':
        return KEY_DOWN;
    case 'C':
        return KEY_RIGHT;
    case 'D':
        return KEY_LEFT;
    case 'H':
        return KEY_HOME;
    case 'F':
        return KEY_END;
    case 'R':
        return KEY_CURSOR;
    default:
        return KEY_UNKNOWN;
    }
}

static int number_key(int number)
{
    static const int keys[] = {
        [1] = KEY_HOME,      [3] = KEY_DELETE, [4] = KEY_END, [5] = KEY_PAGE_UP,
        [6] = KEY_PAGE_DOWN, [7] = KEY_HOME,   [8] = KEY_END};
    size_t count = sizeof keys / sizeof keys[0];
    return number > 0 && (size_t)number < count && keys[number] != 0 ? keys[number] : KEY_UNKNOWN;
}

static int plain_byte(struct keys *keys, int byte)
{
    if (byte == KEY_ESCAPE) {
        keys->state = KEYS_ESCAPE;
        return KEY_NONE;
    }
    return byte == '\n' ? KEY_ENTER : byte;
}

static void take_digit(struct keys *keys, int digit)
{
    if (keys->count < KEY_NUMBERS && keys->numbers[keys->count] < 1000) {
        keys->numbers[keys->count] = keys->numbers[keys->count] * 10 + digit;
    }
}

/* After "ESC [": numbers between ';', then the byte that ends it. */
static int bracket_byte(struct keys *keys, int byte)
{
    if (byte >= '0' && byte <= '9') {
        take_digit(keys, byte - '0');
        return KEY_NONE;
    }
    if (byte >= ' ' && byte < '@') {
        keys->count += keys->count < KEY_NUMBERS ? 1 : 0;
        return KEY_NONE;
    }
    keys->state = KEYS_PLAIN;
    return byte == '~' ? number_key(keys->numbers[0]) : letter_key(byte);
}

int keys_byte(struct keys *keys, int byte)
{
    switch (keys->state) {
    case KEYS_ESCAPE:
        keys->state = byte == '[' ? KEYS_BRACKET : byte == 'O' ? KEYS_SS3 : KEYS_PLAIN;
        keys->numbers[0] = keys->numbers[1] = keys->count = 0;
        return keys->state == KEYS_PLAIN ? plain_byte(keys, byte) : KEY_NONE;
    case KEYS_BRACKET:
        return bracket_byte(keys, byte);
    case KEYS_SS3:
        keys->state = KEYS_PLAIN;
        return letter_key(byte);
    default:
        return plain_byte(keys, byte);
    }
}

int keys_idle(struct keys *keys)
{
    int key = keys->state == KEYS_ESCAPE ? KEY_ESCAPE : KEY_NONE;
    keys->state = KEYS_PLAIN;
    return key;
}
