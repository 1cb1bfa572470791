/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/view/history.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/arena.h"
#include "lib/error.h"

int history_create(struct history *history, struct arena *arena)
{
    *history = (struct history){.lines = arena_array(arena, HISTORY_LINES, HISTORY_LINE_SIZE)};
    return history->lines == NULL ? ERR_NO_MEMORY : 0;
}

static char *line_at(const struct history *history, size_t place)
{
    return history->lines[place % HISTORY_LINES];
}

void history_end(struct history *history)
{
    history->place = history->count;
}

void history_add(struct history *history, const char *text)
{
    bool repeated = history->count > 0 && strcmp(line_at(history, history->count - 1), text) == 0;
    if (text[0] != '\0' && !repeated) {
        (void)snprintf(line_at(history, history->count++), HISTORY_LINE_SIZE, "%s",
                       text); /* cut, where it is long */
    }
    history_end(history);
}

const char *history_previous(struct history *history)
{
    size_t oldest = history->count > HISTORY_LINES ? history->count - HISTORY_LINES : 0;
    return history->place > oldest ? line_at(history, --history->place) : NULL;
}

const char *history_next(struct history *history)
{
    if (history->place == history->count) {
        return NULL;
    }
    history->place++;
    return history->place < history->count ? line_at(history, history->place) : "";
}
