/* SPDX-License-Identifier: BSD-2-Clause */
/* The person in front of the console, as commands see them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct user {
    /*
     * Prints a line, and stops after each page until a key comes. Returns false when the person has
     * had enough: what follows would not be shown.
     */
    bool (*print)(struct user *, const char *line);

    /* Waits for a key (menu/view/keys.h). */
    int (*key)(struct user *);

    /*
     * Asks for a text; what is typed does not show where it is `secret`. Returns 0, ERR_NOT_FOUND when nobody is
     * there (the entry is booted because its time ran out), or ERR_DENIED when it is given up.
     */
    int (*ask)(struct user *, const char *question, bool secret, char *answer, size_t size);

    /* Waits so many seconds, or until a key comes. */
    void (*sleep)(struct user *, unsigned seconds);

    /* Clears the terminal. */
    void (*clear)(struct user *);
};
