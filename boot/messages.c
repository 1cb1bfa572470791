/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/messages.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What is wrong with a disk is found out once for each file that is looked for on it. */
static bool is_said_again(const struct messages *messages, const char *text)
{
    return messages->count > 0 &&
           strncmp(messages->lines[messages->count - 1], text, MESSAGE_SIZE - 1) == 0;
}

/* A new line at the end; when all places are taken, the oldest one goes. */
static void remember(struct log *log, const char *text)
{
    struct messages *messages = (struct messages *)log;
    if (is_said_again(messages, text)) {
        return;
    }
    if (messages->count == MESSAGE_LIMIT) {
        memmove(messages->texts[0], messages->texts[1],
                sizeof messages->texts - sizeof messages->texts[0]);
        messages->count--;
    }
    (void)snprintf(messages->texts[messages->count++], MESSAGE_SIZE, "%s",
                   text); /* cut, where it is long */
    if (messages->next != NULL) {
        messages->next->line(messages->next, text);
    }
}

void messages_open(struct messages *messages, struct log *next)
{
    *messages = (struct messages){.log = {.line = remember}, .next = next};
    for (size_t i = 0; i < MESSAGE_LIMIT; i++) {
        messages->lines[i] = messages->texts[i];
    }
}

void messages_clear(struct messages *messages)
{
    messages->count = 0;
}
