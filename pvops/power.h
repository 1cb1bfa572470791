/* SPDX-License-Identifier: BSD-2-Clause */
/* Ending the machine's run, and being asked to. */
#pragma once

enum power_request { POWER_NONE, POWER_OFF, POWER_REBOOT };

struct power {
    /*
     * What the host asks for just now (`xl shutdown`, `xl reboot`), or POWER_NONE. Cheap: call it
     * while waiting for keys.
     */
    enum power_request (*requested)(struct power *);

    /* These do not return, except in tests. */
    void (*off)(struct power *);
    void (*reboot)(struct power *);
    void (*crash)(struct power *);
};
