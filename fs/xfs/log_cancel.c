/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/xfs/log_cancel.h"

#include <stddef.h>

#include "lib/arena.h"
#include "lib/error.h"

struct log_cancel {
    struct log_cancel *next;
    uint64_t place;
    uint32_t length;
    uint32_t count; /* of transactions that cancel it and are not past */
};

static struct log_cancel *find(const struct log_cancels *cancels, uint64_t place, uint32_t length)
{
    struct log_cancel *cancel = cancels->lists[place % CANCEL_LISTS];
    while (cancel != NULL && (cancel->place != place || cancel->length != length)) {
        cancel = cancel->next;
    }
    return cancel;
}

bool cancels_have(const struct log_cancels *cancels, uint64_t place, uint32_t length)
{
    const struct log_cancel *cancel = find(cancels, place, length);
    return cancel != NULL && cancel->count > 0;
}

bool cancels_begin(const struct log_cancels *cancels, uint64_t place)
{
    const struct log_cancel *cancel = cancels->lists[place % CANCEL_LISTS];
    while (cancel != NULL && (cancel->place != place || cancel->count == 0)) {
        cancel = cancel->next;
    }
    return cancel != NULL;
}

int cancels_add(struct log_cancels *cancels, struct arena *arena, uint64_t place, uint32_t length)
{
    struct log_cancel *cancel = find(cancels, place, length);
    if (cancel == NULL) {
        struct log_cancel **list = &cancels->lists[place % CANCEL_LISTS];
        cancel = arena_alloc(arena, sizeof *cancel);
        if (cancel == NULL) {
            return ERR_NO_MEMORY;
        }
        *cancel = (struct log_cancel){.next = *list, .place = place, .length = length};
        *list = cancel;
    }
    cancel->count++;
    return 0;
}

void cancels_pass(struct log_cancels *cancels, uint64_t place, uint32_t length)
{
    struct log_cancel *cancel = find(cancels, place, length);
    if (cancel != NULL && cancel->count > 0) {
        cancel->count--;
    }
}
