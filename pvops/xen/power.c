/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/power.h"

#include <stddef.h>
#include <string.h>

#include "hypervisor/xen/domain.h"
#include "hypervisor/xen/xen.h"
#include "pvops/power.h"
#include "pvops/xen/xenstore.h"

#define REQUEST_PATH "control/shutdown"

static enum power_request requested(struct power *power)
{
    (void)power;
    static const struct {
        const char *word;
        enum power_request request;
    } words[] = {{"poweroff", POWER_OFF}, {"halt", POWER_OFF}, {"reboot", POWER_REBOOT}};
    char word[16];
    if (xenstore_is_late() || xenstore_read(REQUEST_PATH, word, sizeof word) <= 0) {
        return POWER_NONE;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(word, words[i].word) == 0) {
            (void)xenstore_write(
                REQUEST_PATH, ""); /* the answer that xl waits for; the domain's end is another */
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

struct power *xen_power(void)
{
    static struct power power = {
        .requested = requested, .off = off, .reboot = reboot, .crash = crash};
    return &power;
}
