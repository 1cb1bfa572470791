/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the host and the loader send each other while it runs, through the store (xenstore):
 *
 *      vm-data/pvboot/entry       the host's: the entry to boot, by number (from 0) or by title
 *      vm-data/pvboot/timeout     the host's: seconds; 0: at once; -1: wait for a key
 *
 *      data/pvboot/state          ours: "searching", "menu", "loading TITLE" or "failed REASON"
 *      data/pvboot/entries        ours: how many entries the menu has
 *      data/pvboot/entries/N      ours: their titles, of the first HOST_ENTRIES
 *
 * Ours are removed before the next kernel starts.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct config;
struct store;

enum {
    HOST_ENTRIES = 100, /* a guest may have some 1000 names in the store */
    HOST_VALUE_SIZE = 256,
};

/* What the host has asked for so far. */
struct host {
    struct store *store;         /* NULL: there is none, and nothing is sent */
    const char *announced;       /* the name of the config whose entries it has; NULL: none */
    char state[HOST_VALUE_SIZE]; /* as it was sent */
    char entry[HOST_VALUE_SIZE];
    char timeout[HOST_VALUE_SIZE];
};

void host_open(struct host *, struct store *);

/* Sends the state: a word, and what it is about ("": nothing). */
void host_report(struct host *, const char *state, const char *what);

/* Sends the entries of a menu, unless the host has them. */
void host_report_entries(struct host *, const struct config *);

/* Sends again what was sent: after the machine was saved its store is another one. */
void host_repeat(struct host *, const struct config *);

/* Removes what was sent. */
void host_retract(struct host *);

/*
 * Has the host said something new? Then *entry or *timeout change, to what it said; an entry that
 * does not exist is passed over.
 */
bool host_asks(struct host *, const struct config *, size_t *entry, int *timeout);
