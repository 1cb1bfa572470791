/* SPDX-License-Identifier: BSD-2-Clause */
/* Ending or suspending the machine's run, and being asked to. */
#pragma once

enum power_request { POWER_NONE, POWER_OFF, POWER_REBOOT, POWER_SUSPEND };

struct power {
    /*
     * What the host asks for just now (`xl shutdown`, `xl reboot`, `xl save`), or POWER_NONE. Cheap: call it
     * while waiting for keys.
     */
    enum power_request (*requested)(struct power *);

    /*
     * Lets the machine be saved, and returns when it runs again, on this host or another. No request of
     * a disk is under way. No time has passed; the terminal may be another. Where it cannot be saved
     * (logged), it just runs on, and the host hears nothing.
     */
    void (*suspend)(struct power *);

    /* These do not return, except in tests. */
    void (*off)(struct power *);
    void (*reboot)(struct power *);
    void (*crash)(struct power *);
};
