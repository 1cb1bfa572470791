/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/wait.h"

#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/clock.h"
#include "pvops/console.h"
#include "pvops/power.h"

#define HOST_INTERVAL (250 * WAIT_MILLISECOND) /* between two looks for a request of the host */
#define SHORT_WAIT    (1 * WAIT_SECOND)        /* for a device: nothing but it is looked at */
#define FIRST_LINE    (5 * WAIT_SECOND) /* until a person hears of it; then after 10, 20 ... */

uint64_t wait_now(const struct waiter *waiter)
{
    return waiter->clock->microseconds(waiter->clock);
}

/* Returns what else the host asks for. */
static enum power_request obey_host(struct waiter *waiter)
{
    struct power *power = waiter->power;
    enum power_request request = power != NULL ? power->requested(power) : POWER_NONE;
    if (request == POWER_OFF) {
        power->off(power);
    } else if (request == POWER_REBOOT) {
        power->reboot(power);
    }
    return request;
}

/* The same where nothing is under way. Returns whether the machine has been saved, and runs again. */
static bool obey_host_at_rest(struct waiter *waiter)
{
    if (obey_host(waiter) != POWER_SUSPEND) {
        return false;
    }
    waiter->power->suspend(waiter->power);
    waiter->resumed = true;
    return true;
}

int wait_byte(struct waiter *waiter, uint64_t deadline)
{
    for (;;) {
        int byte = waiter->console->read(waiter->console);
        uint64_t now = wait_now(waiter);
        if (byte >= 0) {
            waiter->typed = now;
            return byte;
        }
        if (now >= deadline) {
            return ERR_TIMEOUT;
        }
        if (now - waiter->asked >= HOST_INTERVAL) {
            waiter->asked = now;
            if (obey_host_at_rest(waiter)) {
                return ERR_TIMEOUT;
            }
        }
        waiter->sleep(waiter, min_u64(deadline, waiter->asked + HOST_INTERVAL));
    }
}

/* ---- for a device --------------------------------------------------------------------------- */

static uint64_t later(uint64_t moment, uint64_t duration)
{
    uint64_t sum;
    return checked_add(moment, duration, &sum) ? sum : WAIT_FOREVER;
}

struct wait wait_begin(struct waiter *waiter, const char *name, const char *device,
                       const char *silence, uint64_t limit)
{
    uint64_t now = wait_now(waiter);
    uint64_t end = later(now, limit);
    return (struct wait){.waiter = waiter,
                         .name = name,
                         .device = device,
                         .silence = silence,
                         .since = now,
                         .end = end,
                         .next_look = min_u64(end, now + SHORT_WAIT),
                         .next_line = now + FIRST_LINE};
}

uint64_t wait_seconds(const struct wait *wait)
{
    return (wait_now(wait->waiter) - wait->since) / WAIT_SECOND;
}

static void say_how_long(struct wait *wait)
{
    log_line(wait->waiter->log, "%s (%s): %s for %lu s; ^C gives up", wait->name, wait->device,
             wait->silence, wait_seconds(wait));
    wait->next_line += wait->next_line - wait->since;
}

/* ^C counts once a line has asked for it. */
static bool is_cancelled(const struct wait *wait)
{
    struct console *console = wait->waiter->console;
    bool asked = wait->next_line - wait->since > FIRST_LINE;
    return asked && console != NULL && console->interrupted(console);
}

/* Looks at all but the device. */
static int look_about(struct wait *wait, uint64_t now)
{
    wait->next_look = min_u64(wait->end, now + HOST_INTERVAL);
    (void)obey_host(wait->waiter); /* to be saved must wait until no request is under way */
    if (now >= wait->end) {
        return ERR_TIMEOUT;
    }
    if (now >= wait->next_line) {
        say_how_long(wait);
    }
    return is_cancelled(wait) ? ERR_CANCELLED : 0;
}

static int sleep_once(struct wait *wait, uint64_t deadline)
{
    struct waiter *waiter = wait->waiter;
    waiter->sleep(waiter, min_u64(deadline, wait->next_look));
    uint64_t now = wait_now(waiter);
    return now < wait->next_look ? 0 : look_about(wait, now);
}

int wait_more(struct wait *wait)
{
    return sleep_once(wait, WAIT_FOREVER);
}

int wait_until(struct wait *wait, uint64_t moment)
{
    int error = 0;
    while (error == 0 && wait_now(wait->waiter) < moment) {
        error = sleep_once(wait, moment);
    }
    return error;
}
