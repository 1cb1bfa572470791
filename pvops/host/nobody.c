/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/host/nobody.h"

#include "lib/error.h"
#include "pvops/console.h"

static void drop(struct console *console, const char *bytes, size_t length)
{
    (void)console;
    (void)bytes;
    (void)length;
}

static int read_nothing(struct console *console)
{
    (void)console;
    return ERR_NOT_FOUND;
}

static bool never(struct console *console)
{
    (void)console;
    return false;
}

struct console *host_nobody(void)
{
    static struct console console = {
        .columns = 80, .rows = 24, .write = drop, .read = read_nothing, .interrupted = never};
    return &console;
}
