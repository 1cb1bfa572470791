/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The frontend of a device on xenbus (xen/io/xenbus.h): its ring page, its event channel, its keys in
 * xenstore, and the states that it goes through with its backend, round and round:
 *
 *      stage        what is done next, and what is waited for first     our state       the backend's
 *
 *      CLOSED       ring, port and keys are offered                     Initialised     InitWait
 *      OFFERED      what the device is like is read                     Connected       Connected
 *      CONNECTED    (used)                                              Closing
 *      CLOSING                                                          Closed          Closing
 *      ENDED        ring, port, keys and pages are taken back           Initialising    Closed
 *      RENEWED      there is nothing left of us, for whoever comes                      InitWait
 *
 * Each step is taken by all devices side by side: backends take their time, and so they take it
 * together. What a kind of device has of its own is its `frontend_type`.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "hypervisor/xen/xen.h"
#include "pvops/xen/xenstore.h"

enum {
    FRONTEND_PATH_SIZE = XENSTORE_PATH_SIZE - 32, /* leaves room for the names of keys */
    FRONTEND_KEYS = XENSTORE_BATCH - 1,           /* that are read together with a state */
    FRONTEND_VALUE_SIZE = 32,                     /* characters of such a key's value */
};

enum frontend_stage {
    FRONTEND_CLOSED,
    FRONTEND_OFFERED,
    FRONTEND_CONNECTED,
    FRONTEND_CLOSING,
    FRONTEND_ENDED,
    FRONTEND_RENEWED,
    FRONTEND_STAGES,
};

struct frontend;
struct log;
struct waiter;

/* Keys of a backend's, and their values once they are read. */
struct frontend_keys {
    const char *names[FRONTEND_KEYS];
    unsigned count;
};

/* What a kind of device has of its own. */
struct frontend_type {
    struct frontend_keys offer_keys, connect_keys; /* read with InitWait, with Connected */

    /* The backend waits for us, and says this. */
    void (*offer)(struct frontend *, const struct xenstore_value *);

    /* The ring page and the port are there: lays an empty ring out on the page. */
    void (*start)(struct frontend *);

    /* The backend is connected, and says this. Returns 0 or an error: it makes no sense. */
    int (*connect)(struct frontend *, const struct xenstore_value *);

    /* Takes the answers that are there. Returns whether there was any. */
    bool (*take_answers)(struct frontend *);

    /* Takes lent pages back. Returns how many the backend still has. */
    unsigned (*take_back)(struct frontend *);
};

struct frontend {
    const struct frontend_type *type;
    struct frontend *next; /* of all that there are */
    struct waiter *waiter;
    struct log *log;
    const char *name, *device;             /* "hd0", "xvda": for messages */
    char path[FRONTEND_PATH_SIZE];         /* "device/vbd/51712" */
    char backend_path[FRONTEND_PATH_SIZE]; /* its other half's */
    domid_t backend;
    enum frontend_stage stage;
    void *page; /* the ring */
    grant_ref_t grant;
    evtchn_port_t port;
    bool owns_protocol; /* the key `protocol` is ours */
};

/*
 * Adds a device to those that there are. `type`, `waiter`, `log`, `name`, `device`, `path` and `page`
 * are set.
 */
void frontend_create(struct frontend *);

/*
 * Closes a device and opens it again, from whatever stage it is in: then it is as good as new.
 * Returns 0 or an error (logged).
 */
int frontend_reopen(struct frontend *);

/* Says to the backend that there is nothing more to do: it may begin to close. Waits for nothing. */
void frontend_give_up(struct frontend *);

/* ---- all that there are --------------------------------------------------------------------- */

/* Opens those that are closed. What does not open is logged. */
void frontends_open(void);

/* Says to their backends that nothing more is to be done: they take their time to close. */
void frontends_begin_closing(void);

/*
 * Closes all, until every backend waits for the next kernel, and nothing of ours is left; one that
 * does not close is no reason to leave the others half closed. Returns 0, or the first error
 * (logged).
 */
int frontends_close(void);

/* Takes what all backends have answered. Returns whether there was anything. */
bool frontends_take_answers(void);
