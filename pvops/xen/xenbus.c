/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/xenbus.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/checked.h"
#include "lib/error.h"
#include "pvops/wait.h"

#define FIRST_PAUSE (WAIT_MILLISECOND / 4)
#define LAST_PAUSE  (4 * WAIT_MILLISECOND)

enum { NUMBER_SIZE = 24 };

/* What a key says. Whatever is no state counts as none. */
static int state_of(const struct xenstore_value *value)
{
    uint64_t state;
    if (value->length < 0) {
        return value->length == ERR_NOT_FOUND ? XenbusStateUnknown : value->length;
    }
    bool good = xenstore_number(value->value, &state) == 0 && state <= XenbusStateReconfigured;
    return good ? (int)state : XenbusStateUnknown;
}

/* The state, and other keys in the same go. */
static int read_state(const char *directory, struct xenstore_value *others, size_t count)
{
    char text[NUMBER_SIZE];
    struct xenstore_value state = {.key = "state", .value = text, .size = sizeof text};
    xenstore_ask_all(directory, &state, 1);
    xenstore_ask_all(directory, others, count);
    xenstore_take_all(&state, 1);
    xenstore_take_all(others, count);
    return state_of(&state);
}

int xenbus_state(const char *directory)
{
    return read_state(directory, NULL, 0);
}

struct state_text {
    char path[XENSTORE_PATH_SIZE], value[4];
};

static struct state_text state_text(const char *directory, enum xenbus_state state)
{
    struct state_text text;
    (void)snprintf(text.path, sizeof text.path, "%s/state",
                   directory);                                       /* directories are shorter */
    (void)snprintf(text.value, sizeof text.value, "%d", (int)state); /* one digit */
    return text;
}

int xenbus_set_state(const char *directory, enum xenbus_state state)
{
    struct state_text text = state_text(directory, state);
    return xenstore_write(text.path, text.value);
}

void xenbus_send_state(const char *directory, enum xenbus_state state)
{
    struct state_text text = state_text(directory, state);
    xenstore_send(text.path, text.value);
}

int xenbus_wait_for(const char *directory, unsigned wanted, struct wait *wait,
                    struct xenstore_value *others, size_t count)
{
    uint64_t pause = FIRST_PAUSE;
    for (;;) {
        int state = read_state(directory, others, count);
        if (state < 0 || (wanted & XENBUS_BIT(state)) != 0) {
            return state;
        }
        int error = wait_until(wait, wait_now(wait->waiter) + pause);
        if (error != 0) {
            return error;
        }
        pause = min_u64(2 * pause, LAST_PAUSE);
    }
}

int xenbus_wait(const char *directory, unsigned wanted, struct wait *wait)
{
    return xenbus_wait_for(directory, wanted, wait, NULL, 0);
}

const char *xenbus_state_name(int state)
{
    static const char *const names[] = {"unknown",     "initialising",  "waiting for us",
                                        "initialised", "connected",     "closing",
                                        "closed",      "reconfiguring", "reconfigured"};
    return state >= 0 && (size_t)state < sizeof names / sizeof names[0] ? names[state]
                                                                        : "out of reach";
}
