/* SPDX-License-Identifier: BSD-2-Clause */
#include "unpack/input.h"

#include <string.h>

#include "lib/checked.h"
#include "lib/error.h"

int input_fill(struct input *input)
{
    if (input->left == 0 && input->next_left > 0) {
        input->bytes = input->next;
        input->left = input->next_left;
        input->next_left = 0;
    }
    if (input->left > 0) {
        return 0;
    }
    int error = input->next_chunk(input, &input->bytes, &input->left);
    if (error != 0) {
        return error;
    }
    return input->left > 0 ? 0 : ERR_TRUNCATED;
}

void input_skip(struct input *input, size_t length)
{
    input->bytes += length;
    input->left -= length;
}

int input_take(struct input *input, uint8_t *target, size_t length)
{
    while (length > 0) {
        int error = input_fill(input);
        if (error != 0) {
            return error;
        }
        size_t count = min_u64(length, input->left);
        memcpy(target, input->bytes, count);
        input_skip(input, count);
        target += count;
        length -= count;
    }
    return 0;
}

int input_piece(struct input *input, uint8_t *buffer, size_t length, const uint8_t **piece)
{
    *piece = buffer;
    if (input->left < length) {
        return input_take(input, buffer, length);
    }
    *piece = input->bytes;
    input_skip(input, length);
    return 0;
}

/* Bytes of `bytes` that fit, which may be none. */
static size_t copy(uint8_t *target, size_t room, const uint8_t *bytes, size_t length)
{
    size_t count = min_u64(room, length);
    if (count > 0) {
        memmove(target, bytes, count);
    }
    return count;
}

/*
 * The next chunk takes the place of this one, so what is left of it is put aside; and so is a next
 * one that is short. Returns 1, 0 at the end, or an error of reading.
 */
static int look_further(struct input *input)
{
    (void)copy(input->held, INPUT_LOOK, input->bytes, input->left); /* less than INPUT_LOOK */
    input->bytes = input->held;
    if (input->next_left == 0) {
        int error = input->next_chunk(input, &input->next, &input->next_left);
        if (error != 0 || input->next_left == 0) {
            return error;
        }
    }
    size_t room = INPUT_LOOK - input->left;
    if (input->next_left <= room) {
        input->left += copy(input->held + input->left, room, input->next, input->next_left);
        input->next_left = 0;
    }
    return 1;
}

int input_look(struct input *input, uint8_t *target)
{
    int more = 1;
    while (more == 1 && input->left + input->next_left < INPUT_LOOK) {
        more = look_further(input);
    }
    if (more < 0) {
        return more;
    }
    size_t count = copy(target, INPUT_LOOK, input->bytes, input->left);
    count += copy(target + count, INPUT_LOOK - count, input->next, input->next_left);
    return (int)count;
}
