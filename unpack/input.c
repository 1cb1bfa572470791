/* SPDX-License-Identifier: BSD-2-Clause */
#include "unpack/input.h"

#include <string.h>

#include "fs/stream.h"
#include "lib/checked.h"

int input_fill(struct input *input)
{
    if (input->left == 0 && input->next_left > 0) {
        input->bytes = input->next;
        input->left = input->next_left;
        input->next_left = 0;
    }
    return input->left > 0 ? 0 : stream_next(input->stream, &input->bytes, &input->left);
}

void input_skip(struct input *input, size_t length)
{
    input->bytes += length;
    input->left -= length;
}

int input_take(struct input *input, uint8_t *target, size_t length)
{
    size_t done = 0;
    while (done < length) {
        int error = input_fill(input);
        if (error != 0 || input->left == 0) {
            return error != 0 ? error : (int)done;
        }
        size_t count = min_u64(length - done, input->left);
        memcpy(target + done, input->bytes, count);
        input_skip(input, count);
        done += count;
    }
    return (int)done;
}

/* The next chunk takes the place of this one, so what is left of it is put aside. */
static int look_into_next(struct input *input)
{
    memmove(input->held, input->bytes, input->left);
    input->bytes = input->held;
    return stream_next(input->stream, &input->next, &input->next_left);
}

int input_look(struct input *input, uint8_t *target)
{
    int error = input_fill(input);
    if (error == 0 && input->left > 0 && input->left < INPUT_LOOK && input->next_left == 0) {
        error = look_into_next(input);
    }
    if (error != 0) {
        return error;
    }
    int count = 0;
    for (size_t i = 0; i < input->left && count < INPUT_LOOK; i++) {
        target[count++] = input->bytes[i];
    }
    for (size_t i = 0; i < input->next_left && count < INPUT_LOOK; i++) {
        target[count++] = input->next[i];
    }
    return count;
}
