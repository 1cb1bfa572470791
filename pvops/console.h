/* SPDX-License-Identifier: BSD-2-Clause */
/* The console: bytes out, bytes in. What bytes mean (keys, lines, colours) is decided in menu/. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct console {
    unsigned columns, rows; /* the terminal's size; 80x24 where nobody says */
    bool size_known;        /* false: a terminal can be asked, once somebody is there */

    /*
     * Writes all bytes, or, where nobody has read for a second, drops them: output never stops a
     * boot.
     */
    void (*write)(struct console *, const char *bytes, size_t length);

    /* The next byte typed (0 to 255), or ERR_NOT_FOUND when there is none. pvops/wait.h waits. */
    int (*read)(struct console *);

    /*
     * Has ^C been typed? Then it is taken, and what was typed before it; otherwise nothing is, for
     * it may be meant for the next kernel.
     */
    bool (*interrupted)(struct console *);
};
