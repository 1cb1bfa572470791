/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/frontend.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <xen/io/protocols.h>

#include "hypervisor/xen/events.h"
#include "hypervisor/xen/grants.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/wait.h"
#include "pvops/xen/xenbus.h"

enum { NUMBER_SIZE = 24 }; /* characters of a number */

#define OPENING_PATIENCE (15 * WAIT_SECOND)       /* for all backends together */
#define PAGES_INTERVAL   (250 * WAIT_MILLISECOND) /* between two looks for pages that are missing */

static struct frontend *frontends; /* in the order in which they were created */

/* Says what is wrong with the device. Returns the error. */
static int complain(const struct frontend *front, int error, const char *what)
{
    int state = xenbus_state(front->backend_path);
    return fail(front->log, error, "%s (%s): %s: %s (the backend is %s)", front->name,
                front->device, what, error_text(error), xenbus_state_name(state));
}

/* ---- being there ---------------------------------------------------------------------------- */

/*
 * Xen's tools write `protocol` for a PV domain, but not for xen-shim's nor for a PVH one: a backend would guess. A loader of 32 bits
 * before us may have left its own.
 */
static int find_backend(struct frontend *front)
{
    char id[NUMBER_SIZE], protocol[NUMBER_SIZE];
    uint64_t domain;
    struct xenstore_value values[] = {
        {.key = "backend", .value = front->backend_path, .size = sizeof front->backend_path},
        {.key = "backend-id", .value = id, .size = sizeof id},
        {.key = "protocol", .value = protocol, .size = sizeof protocol},
    };
    xenstore_read_all(front->path, values, 3);
    for (size_t i = 0; i < 2; i++) {
        if (values[i].length < 0) {
            return values[i].length;
        }
    }
    int error = xenstore_number(id, &domain);
    front->backend = (domid_t)domain;
    front->owns_protocol =
        values[2].length == ERR_NOT_FOUND ||
        (values[2].length >= 0 && strcmp(protocol, XEN_IO_PROTO_ABI_NATIVE) != 0);
    return error;
}

void frontend_create(struct frontend *front)
{
    struct frontend **end = &frontends;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = front;
}

/* ---- the page and the port ------------------------------------------------------------------ */

static void unshare(struct frontend *front)
{
    if (front->port != 0) {
        events_close(front->port);
    }
    front->port = 0;
    front->grant = grants_end(front->grant);
}

static int share(struct frontend *front)
{
    front->grant = grants_give(front->backend, front->page, false, 0);
    front->port = events_allocate(front->backend);
    if (front->grant == 0 || front->port == 0) {
        unshare(front);
        return ERR_NO_MEMORY;
    }
    front->type->start(front);
    return 0;
}

/* Writes all keys of ours, the state last; NULL removes one. */
static int change_keys(const struct frontend *front, const char *grant, const char *port,
                       const char *protocol, enum xenbus_state state)
{
    char text[NUMBER_SIZE];
    (void)snprintf(text, sizeof text, "%d", (int)state); /* one digit */
    const struct xenstore_change changes[] = {
        {"protocol", protocol},
        {"ring-ref", grant},
        {"event-channel", port},
        {"state", text},
    };
    size_t skipped = front->owns_protocol ? 0 : 1;
    return xenstore_change_all(front->path, changes + skipped, 4 - skipped);
}

static int name_ring(const struct frontend *front)
{
    char grant[NUMBER_SIZE], port[NUMBER_SIZE];
    (void)snprintf(grant, sizeof grant, "%u", front->grant); /* at most ten digits */
    (void)snprintf(port, sizeof port, "%u", front->port);    /* likewise */
    return change_keys(front, grant, port, XEN_IO_PROTO_ABI_NATIVE, XenbusStateInitialised);
}

/* ---- steps ---------------------------------------------------------------------------------- */

/* Waits for the backend's state, and for what its keys say then. */
static int wait_for_keys(const struct frontend *front, enum xenbus_state state,
                         const struct frontend_keys *keys, struct wait *wait,
                         char texts[][FRONTEND_VALUE_SIZE], struct xenstore_value *values)
{
    for (unsigned i = 0; i < keys->count; i++) {
        values[i] = (struct xenstore_value){
            .key = keys->names[i], .value = texts[i], .size = FRONTEND_VALUE_SIZE};
    }
    return xenbus_wait_for(front->backend_path, XENBUS_BIT(state), wait, values, keys->count);
}

static int offer(struct frontend *front, struct wait *wait)
{
    char texts[FRONTEND_KEYS][FRONTEND_VALUE_SIZE];
    struct xenstore_value values[FRONTEND_KEYS];
    const struct frontend_keys *keys = &front->type->offer_keys;
    int error = find_backend(front); /* each time: a domain that was saved has another one */
    if (error != 0) {
        return complain(front, error, "no backend named in xenstore");
    }
    int state = wait_for_keys(front, XenbusStateInitWait, keys, wait, texts, values);
    front->type->offer(front, values);
    if (state < 0) {
        return complain(front, state, "the backend is not ready");
    }
    error = share(front);
    if (error != 0) {
        return complain(front, error, "cannot share a ring");
    }
    error = name_ring(front);
    if (error != 0) {
        unshare(front);
        return complain(front, error, "cannot offer a ring");
    }
    return 0;
}

static int connect(struct frontend *front, struct wait *wait)
{
    char texts[FRONTEND_KEYS][FRONTEND_VALUE_SIZE];
    struct xenstore_value values[FRONTEND_KEYS];
    const struct frontend_keys *keys = &front->type->connect_keys;
    int state = wait_for_keys(front, XenbusStateConnected, keys, wait, texts, values);
    if (state < 0) {
        return complain(front, state, "the backend does not connect");
    }
    int error = front->type->connect(front, values);
    if (error != 0) {
        return complain(front, error, "cannot read its size from xenstore");
    }
    xenbus_send_state(front->path, XenbusStateConnected);
    return 0;
}

static int end(struct frontend *front, struct wait *wait)
{
    unsigned wanted = XENBUS_BIT(XenbusStateClosing) | XENBUS_BIT(XenbusStateClosed);
    int state = xenbus_wait(front->backend_path, wanted, wait);
    int error = state < 0 ? state : xenbus_set_state(front->path, XenbusStateClosed);
    return error != 0 ? complain(front, error, "cannot close") : 0;
}

static unsigned lent_pages(struct frontend *front)
{
    front->grant = grants_end(front->grant);
    return front->type->take_back(front) + grants_count(front->grant);
}

/*
 * A backend that was busy with pages when it closed gives them back once it is done with them, and
 * the ring's when it is asked again.
 */
static int wait_for_pages(struct frontend *front, struct wait *wait)
{
    unsigned lent;
    while ((lent = lent_pages(front)) > 0) {
        int error = wait_until(wait, wait_now(front->waiter) + PAGES_INTERVAL);
        if (error != 0) {
            return fail(front->log, error,
                        "%s (%s): the backend has not given back %u pages; no kernel is safe "
                        "from it: %s",
                        front->name, front->device, lent, error_text(error));
        }
        xenbus_send_state(front->path, XenbusStateClosed);
    }
    return 0;
}

static int take_back(struct frontend *front, struct wait *wait)
{
    int state = xenbus_wait(front->backend_path, XENBUS_BIT(XenbusStateClosed), wait);
    if (state < 0) {
        return complain(front, state, "the backend does not close");
    }
    int error = wait_for_pages(front, wait);
    if (error != 0) {
        return error;
    }
    unshare(front);
    error = change_keys(front, NULL, NULL, NULL, XenbusStateInitialising);
    return error != 0 ? complain(front, error, "cannot be made ready for the next kernel") : 0;
}

static int await_next(struct frontend *front, struct wait *wait)
{
    int state = xenbus_wait(front->backend_path, XENBUS_BIT(XenbusStateInitWait), wait);
    return state < 0 ? complain(front, state, "the backend does not get ready for the next kernel")
                     : 0;
}

/* ---- from stage to stage -------------------------------------------------------------------- */

/* From each stage to the one after it. */
static const struct {
    int (*take)(struct frontend *, struct wait *);
    const char *silence; /* what a person hears of a wait that takes long */
} steps[FRONTEND_STAGES] = {
    [FRONTEND_CLOSED] = {offer, "the backend has not been ready"},
    [FRONTEND_OFFERED] = {connect, "the backend has not connected"},
    [FRONTEND_CLOSING] = {end, "the backend has not begun to close"},
    [FRONTEND_ENDED] = {take_back, "the backend has not given back all pages"},
    [FRONTEND_RENEWED] = {await_next, "the backend has not been ready for the next kernel"},
};

/* `limit`: microseconds. */
static int advance(struct frontend *front, uint64_t limit)
{
    struct wait wait =
        wait_begin(front->waiter, front->name, front->device, steps[front->stage].silence, limit);
    int error = steps[front->stage].take(front, &wait);
    if (error == 0) {
        front->stage = (front->stage + 1) % FRONTEND_STAGES;
    }
    return error;
}

/*
 * One step for all that are at `stage`; the others go on without one that does not get further. All
 * of them together have `limit` microseconds. Returns the first error.
 */
static int advance_all(enum frontend_stage stage, uint64_t limit)
{
    int first_error = 0;
    uint64_t spent = 0;
    for (struct frontend *front = frontends; front != NULL; front = front->next) {
        if (front->stage != stage) {
            continue;
        }
        uint64_t before = wait_now(front->waiter);
        int error = advance(front, limit - min_u64(limit, spent));
        first_error = first_error != 0 ? first_error : error;
        spent += wait_now(front->waiter) - before;
    }
    return first_error;
}

void frontend_give_up(struct frontend *front)
{
    if (front->stage == FRONTEND_OFFERED || front->stage == FRONTEND_CONNECTED) {
        xenbus_send_state(front->path, XenbusStateClosing);
        front->stage = FRONTEND_CLOSING;
    }
}

int frontend_reopen(struct frontend *front)
{
    int error = 0;
    frontend_give_up(front);
    while (error == 0 && front->stage != FRONTEND_CONNECTED) {
        error = advance(front, front->waiter->patience);
    }
    return error;
}

void frontends_open(void)
{
    (void)advance_all(FRONTEND_CLOSED, OPENING_PATIENCE); /* logged, one by one */
    (void)advance_all(FRONTEND_OFFERED, OPENING_PATIENCE);
}

void frontends_begin_closing(void)
{
    for (struct frontend *front = frontends; front != NULL; front = front->next) {
        frontend_give_up(front);
    }
}

int frontends_close(void)
{
    int first_error = 0;
    for (enum frontend_stage stage = FRONTEND_CLOSING; stage < FRONTEND_STAGES; stage++) {
        int error = advance_all(stage, frontends == NULL ? 0 : frontends->waiter->patience);
        first_error = first_error != 0 ? first_error : error;
    }
    return first_error;
}

bool frontends_take_answers(void)
{
    bool any = false;
    for (struct frontend *front = frontends; front != NULL; front = front->next) {
        bool answers = front->stage == FRONTEND_CONNECTED && front->type->take_answers(front);
        any = any || answers;
    }
    return any;
}
