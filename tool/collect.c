/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/collect.h"

#include <stdio.h>

static void line(struct log *log, const char *text)
{
    struct collect *collect = (struct collect *)log;
    if (collect->count < COLLECT_LINES) {
        (void)snprintf(collect->lines[collect->count++], COLLECT_SIZE, "%s", text); /* it fits */
    }
    collect->next->line(collect->next, text);
}

void collect_open(struct collect *collect, struct log *next)
{
    collect->log.line = line;
    collect->next = next;
    collect->count = 0;
}

void collect_clear(struct collect *collect)
{
    collect->count = 0;
}
