/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/power.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "hypervisor/xen/domain.h"
#include "hypervisor/xen/xen.h"
#include "pvops/power.h"
#include "pvops/xen/frontend.h"
#include "pvops/xen/xenstore.h"

#define REQUEST_PATH "control/shutdown"
#define SUSPEND_PATH "control/feature-suspend"

/* The answer that xl waits for; what it has asked for is another matter. */
static void acknowledge(void)
{
    (void)xenstore_write(REQUEST_PATH, "");
}

static bool advertised; /* that we can be suspended: those who save domains look for it */

static void advertise(void)
{
    if (!advertised) {
        advertised = true;
        xenstore_send(SUSPEND_PATH, "1");
    }
}

static enum power_request requested(struct power *power)
{
    (void)power;
    static const struct {
        const char *word;
        enum power_request request;
    } words[] = {{"poweroff", POWER_OFF},
                 {"halt", POWER_OFF},
                 {"reboot", POWER_REBOOT},
                 {"suspend", POWER_SUSPEND}};
    char word[16];
    advertise();
    if (xenstore_is_late() || xenstore_read(REQUEST_PATH, word, sizeof word) <= 0) {
        return POWER_NONE;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(word, words[i].word) == 0) {
            if (words[i].request != POWER_SUSPEND) { /* which can wait, and can fail */
                acknowledge();
            }
            return words[i].request;
        }
    }
    return POWER_NONE;
}

static void off(struct power *power)
{
    (void)power;
    domain_shutdown(SHUTDOWN_poweroff);
}

static void reboot(struct power *power)
{
    (void)power;
    domain_shutdown(SHUTDOWN_reboot);
}

static void crash(struct power *power)
{
    (void)power;
    domain_shutdown(SHUTDOWN_crash);
}

/* What stands in the way is logged, and xl gives up after a minute. */
static void suspend(struct power *power)
{
    (void)power;
    frontends_begin_closing();
    if (frontends_close() == 0) {
        acknowledge();
        if (xenstore_flush() == 0) {
            (void)domain_suspend(); /* each disk says so when there are no grants any more */
        }
    }
    frontends_open();
}

void xen_power_leave(void)
{
    if (advertised) {
        advertised = false;
        xenstore_send(SUSPEND_PATH, "");
    }
}

struct power *xen_power(void)
{
    static struct power power = {
        .requested = requested, .suspend = suspend, .off = off, .reboot = reboot, .crash = crash};
    return &power;
}
