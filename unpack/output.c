/* SPDX-License-Identifier: BSD-2-Clause */
#include "unpack/output.h"

#include <string.h>

#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/progress.h"

enum { FIRST_ROOM = 4 << 20 };

int output_open(struct output *output)
{
    output->room = min_u64(output->expected != 0 ? output->expected : FIRST_ROOM, output->limit);
    output->bytes = arena_pages(output->arena, output->room);
    return output->bytes == NULL ? ERR_NO_MEMORY : 0;
}

int output_reserve(struct output *output, size_t more)
{
    if (output->size >= output->limit) {
        return ERR_TOO_LARGE;
    }
    size_t needed = output->size + min_u64(more, output->limit - output->size);
    if (needed <= output->room) {
        return 0;
    }
    int error = arena_resize(output->arena, output->bytes, needed);
    output->room = error == 0 ? needed : output->room;
    return error;
}

void output_advance(struct output *output, size_t count)
{
    output->size += count;
    output->progress->advanced(output->progress, output->size);
}

int output_move_up(struct output *output, size_t distance)
{
    int error = arena_resize(output->arena, output->bytes, output->room + distance);
    if (error == 0) {
        memmove(output->bytes + distance, output->bytes, output->size);
        output->bytes += distance;
    }
    return error;
}

int output_close(struct output *output)
{
    return arena_resize(output->arena, output->bytes, align_up(output->size, PAGE_SIZE));
}
