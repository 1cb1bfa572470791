/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/console.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <xen/io/console.h>

#include "hypervisor/xen/events.h"
#include "hypervisor/xen/platform.h"
#include "hypervisor/xen/time.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/console.h"
#include "pvops/xen/ring.h"

enum { CONTROL_C = 0x03 };

#define PATIENCE (1 * SECONDS) /* for a reader that does not read */

static struct xencons_interface *ring(void)
{
    return platform_console().page;
}

static evtchn_port_t port(void)
{
    return platform_console().port;
}

static uint32_t room(void)
{
    uint32_t used = ring()->out_prod - ring_load(&ring()->out_cons);
    return used <= sizeof ring()->out ? sizeof ring()->out - used : 0;
}

/* Waits for room. After one vain wait the reader counts as gone, until there is room again. */
static bool wait_for_room(void)
{
    static bool reader_gone;
    uint64_t deadline = time_now() + (reader_gone ? 0 : PATIENCE);
    while (room() == 0 && time_now() < deadline) {
        events_sleep(deadline);
    }
    reader_gone = room() == 0;
    return !reader_gone;
}

static void console_write(struct console *console, const char *bytes, size_t length)
{
    (void)console;
    while (length > 0 && wait_for_room()) {
        uint32_t producer = ring()->out_prod;
        uint32_t space = room();
        for (; space > 0 && length > 0; space--, length--) {
            ring()->out[MASK_XENCONS_IDX(producer++, ring()->out)] = *bytes++;
        }
        ring_store(&ring()->out_prod, producer);
        events_notify(port());
    }
}

static uint32_t typed(void)
{
    return ring_used(ring_load(&ring()->in_prod), ring()->in_cons, sizeof ring()->in);
}

static unsigned char byte_at(uint32_t index)
{
    return (unsigned char)ring()->in[MASK_XENCONS_IDX(index, ring()->in)];
}

/* Takes the bytes before `index`. */
static void take_until(uint32_t index)
{
    ring_store(&ring()->in_cons, index);
    events_notify(port());
}

/* One byte at a time: what is not asked for belongs to the next kernel. */
static int console_read(struct console *console)
{
    (void)console;
    if (typed() == 0) {
        return ERR_NOT_FOUND;
    }
    unsigned char byte = byte_at(ring()->in_cons);
    take_until(ring()->in_cons + 1);
    return byte;
}

static bool console_interrupted(struct console *console)
{
    (void)console;
    for (uint32_t index = ring()->in_cons, left = typed(); left > 0; index++, left--) {
        if (byte_at(index) == CONTROL_C) {
            take_until(index + 1);
            return true;
        }
    }
    return false;
}

void xen_console_leave(void)
{
    events_reset();
    if (ring_load(&ring()->in_prod) != ring()->in_cons) {
        events_leave(port());
    }
}

struct console *xen_console(void)
{
    static struct console console = {.columns = 80,
                                     .rows = 24,
                                     .write = console_write,
                                     .read = console_read,
                                     .interrupted = console_interrupted};
    return &console;
}

static void console_line(struct log *log, const char *text)
{
    (void)log;
    console_write(NULL, text, strlen(text));
    console_write(NULL, "\r\n", 2);
}

struct log *xen_console_log(void)
{
    static struct log log = {.line = console_line};
    return &log;
}
