/* SPDX-License-Identifier: BSD-2-Clause */
#include "libpvboot/collect.h"

#include <stdio.h>

static void take_line(struct log *log, const char *text)
{
    struct collect *collect = (struct collect *)log;
    if (collect->count < COLLECT_LINES) {
        (void)snprintf(collect->lines[collect->count++], COLLECT_SIZE, "%s", text); /* it fits */
    }
    if (collect->line != NULL) {
        collect->line(collect->context, text);
    }
}

void collect_open(struct collect *collect)
{
    collect->log.line = take_line;
    collect->line = NULL;
    collect->count = 0;
}

void collect_clear(struct collect *collect)
{
    collect->count = 0;
}
