/* SPDX-License-Identifier: BSD-2-Clause */
/* The report's lines on the console ring, and what had been typed before the probe ran. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <xen/io/console.h>

#include "tests/xen/probe/probe.h"

static struct xencons_interface *ring(void)
{
    return shared.console;
}

static void notify(void)
{
    struct evtchn_send channel = {.port = shared.console_port};
    (void)hypercall_event_channel_op(EVTCHNOP_send, &channel);
}

static uint32_t load(const volatile void *index)
{
    return __atomic_load_n((const volatile uint32_t *)index, __ATOMIC_ACQUIRE);
}

static void put(const char *text, size_t length)
{
    for (; length > 0; length--) {
        uint32_t producer = ring()->out_prod;
        while (producer - load(&ring()->out_cons) == sizeof ring()->out) {
            notify();
            event_wait(shared.console_port);
        }
        ring()->out[MASK_XENCONS_IDX(producer, ring()->out)] = *text++;
        __atomic_store_n((uint32_t *)&ring()->out_prod, producer + 1, __ATOMIC_RELEASE);
    }
    notify();
}

void say(const char *format, ...)
{
    char line[256];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line - 2, format, arguments);
    va_end(arguments);
    strcpy(line + length, "\r\n");
    put(line, (size_t)length + 2);
}

/* Takes a line that was typed, waiting for its end. */
static void take_line(char *line, size_t size)
{
    size_t length = 0;
    while (length + 1 < size) {
        uint32_t consumer = ring()->in_cons;
        if (load(&ring()->in_prod) == consumer) {
            event_wait(shared.console_port);
            continue;
        }
        char byte = ring()->in[MASK_XENCONS_IDX(consumer, ring()->in)];
        __atomic_store_n((uint32_t *)&ring()->in_cons, consumer + 1, __ATOMIC_RELEASE);
        if (byte == '\r' || byte == '\n') {
            break;
        }
        line[length++] = byte;
    }
    line[length] = '\0';
}

void report_console(void)
{
    char line[64];
    take_line(line, sizeof line);
    say("console: typed ahead: \"%s\"", line);
}
