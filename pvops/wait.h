/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one place that sleeps. Whoever waits looks whether what it waits for is there, and sleeps
 * until it may be:
 *
 *      session/terminal.c  --> wait_byte()  ---.
 *      fs/transfer.c       --> wait_more()  ---+--> waiter->sleep() --> SCHEDOP_poll on all ports | poll(2)
 *      pvops/xen/frontend  --> wait_until() --'         |
 *                                                       '--> the requests that any disk has answered are done
 *
 * Whatever is waited for, the host is obeyed meanwhile (`xl shutdown`; `xl save` only while a byte is
 * waited for, when no request is under way), and a device that does not answer is given up when a
 * person says so with ^C, or when patience is at its end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct clock;
struct console;
struct log;
struct power;

#define WAIT_MILLISECOND UINT64_C(1000) /* microseconds */
#define WAIT_SECOND      UINT64_C(1000000)
#define WAIT_FOREVER     UINT64_MAX

struct waiter {
    /*
     * The platform's: takes the answers of all disks, whose requests are done then. When there is
     * none, sleeps until something has happened (an answer, a byte typed, a word of the host) or
     * the clock has reached `deadline` (microseconds). It can return early for no reason.
     */
    void (*sleep)(struct waiter *, uint64_t deadline);

    struct clock *clock;
    struct console *console; /* NULL: nobody types */
    struct power *power;     /* NULL: there is no host to obey */
    struct log *log;
    uint64_t patience; /* microseconds, for a device that says nothing; or WAIT_FOREVER */
    uint64_t asked;    /* when the host was last asked; microseconds, too */
    uint64_t typed;    /* when a byte was last typed; 0: never */

    /*
     * The machine has been saved, and runs again: whoever draws on the terminal, which may be
     * another, draws anew, and takes this back.
     */
    bool resumed;
};

/* Microseconds of the clock. */
uint64_t wait_now(const struct waiter *);

/*
 * The next byte typed, or ERR_TIMEOUT once the clock has reached `deadline` (microseconds), or the
 * machine has been `resumed`.
 */
int wait_byte(struct waiter *, uint64_t deadline);

/* ---- for a device --------------------------------------------------------------------------- */

/* One wait: it begins with wait_begin(), and goes on until its owner has what it wants. */
struct wait {
    struct waiter *waiter;
    const char *name, *device; /* "hd0", "xvda" */
    const char *silence;       /* what is wrong: "the backend has not answered" */
    uint64_t since, end;       /* microseconds of the clock */
    uint64_t next_look, next_line;
};

/* `limit`: microseconds that it may take; the waiter's `patience`, where nothing else counts. */
struct wait wait_begin(struct waiter *, const char *name, const char *device, const char *silence,
                       uint64_t limit);

/*
 * Sleeps until something has happened. Returns 0 (look, and come again), ERR_TIMEOUT when the limit
 * is reached, or ERR_CANCELLED when a person has given up. Now and then a line says how long it has
 * been.
 */
int wait_more(struct wait *);

/* The same for what nobody announces: sleeps until `moment` (microseconds), whatever happens. */
int wait_until(struct wait *, uint64_t moment);

/* Whole seconds since it began. */
uint64_t wait_seconds(const struct wait *);
