/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/xenbus.h"

#include <stddef.h>
#include <stdio.h>

#include "hypervisor/xen-pv/time.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "pvops/xen/xenstore.h"

#define FIRST_PAUSE (MILLISECONDS / 4)
#define LAST_PAUSE  (4 * MILLISECONDS)

static void state_path(char *path, const char *directory)
{
    (void)snprintf(path, XENSTORE_PATH_SIZE, "%s/state", directory); /* directories are shorter */
}

int xenbus_state(const char *directory)
{
    char path[XENSTORE_PATH_SIZE];
    uint64_t state = XenbusStateUnknown;
    state_path(path, directory);
    int error = xenstore_read_number(path, &state);
    if (error == ERR_NOT_FOUND || error == ERR_INVALID || state > XenbusStateReconfigured) {
        return XenbusStateUnknown;
    }
    return error < 0 ? error : (int)state;
}

int xenbus_set_state(const char *directory, enum xenbus_state state)
{
    char path[XENSTORE_PATH_SIZE], text[4];
    state_path(path, directory);
    (void)snprintf(text, sizeof text, "%d", (int)state); /* one digit */
    return xenstore_write(path, text);
}

int xenbus_wait(const char *directory, unsigned wanted, uint64_t deadline)
{
    uint64_t pause = FIRST_PAUSE;
    for (;;) {
        int state = xenbus_state(directory);
        if (state < 0 || (wanted & XENBUS_BIT(state)) != 0) {
            return state;
        }
        if (time_now() >= deadline) {
            return ERR_TIMEOUT;
        }
        time_sleep(min_u64(pause, deadline - min_u64(time_now(), deadline)));
        pause = min_u64(2 * pause, LAST_PAUSE);
    }
}

const char *xenbus_state_name(int state)
{
    static const char *const names[] = {"unknown",     "initialising",  "waiting for us",
                                        "initialised", "connected",     "closing",
                                        "closed",      "reconfiguring", "reconfigured"};
    return state >= 0 && (size_t)state < sizeof names / sizeof names[0] ? names[state]
                                                                        : "out of reach";
}
