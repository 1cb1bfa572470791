/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A log that passes its lines on and remembers the newest, for the menu to show. A line that only
 * repeats the one before it is dropped.
 */
#pragma once

#include <stddef.h>

#include "lib/log.h"

enum { MESSAGE_LIMIT = 8, MESSAGE_SIZE = 160 };

struct messages {
    struct log log;   /* first: a struct log * is a struct messages * */
    struct log *next; /* NULL: lines are only remembered */
    size_t count;
    const char *lines[MESSAGE_LIMIT]; /* oldest first */
    char texts[MESSAGE_LIMIT][MESSAGE_SIZE];
};

void messages_open(struct messages *, struct log *next);
void messages_clear(struct messages *);
