/* SPDX-License-Identifier: BSD-2-Clause */
/* Xenstore: the ring as it was found, and the devices that it names, asked for over that ring. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <xen/io/xs_wire.h>

#include "tests/xen/probe/probe.h"

static struct xenstore_domain_interface *ring(void)
{
    return shared.store;
}

static void notify(void)
{
    struct evtchn_send channel = {.port = shared.store_port};
    (void)hypercall_event_channel_op(EVTCHNOP_send, &channel);
}

static uint32_t load(const volatile void *index)
{
    return __atomic_load_n((const volatile uint32_t *)index, __ATOMIC_ACQUIRE);
}

static void send(const void *bytes, size_t length)
{
    for (const char *at = bytes; length > 0; length--) { /* requests are small: the ring has room */
        uint32_t producer = ring()->req_prod;
        ring()->req[MASK_XENSTORE_IDX(producer)] = *at++;
        __atomic_store_n((uint32_t *)&ring()->req_prod, producer + 1, __ATOMIC_RELEASE);
    }
}

static void receive(void *bytes, size_t length)
{
    for (char *at = bytes; length > 0; length--) {
        uint32_t consumer = ring()->rsp_cons;
        while (load(&ring()->rsp_prod) == consumer) {
            notify();
            event_wait(shared.store_port);
        }
        *at++ = ring()->rsp[MASK_XENSTORE_IDX(consumer)];
        __atomic_store_n((uint32_t *)&ring()->rsp_cons, consumer + 1, __ATOMIC_RELEASE);
    }
    notify();
}

/* The answer's body, NUL-terminated; its length, or -1 for an error. The first answer is to the first request. */
static int ask(uint32_t type, const char *path, char *body)
{
    static uint32_t number;
    struct xsd_sockmsg header = {
        .type = type, .req_id = ++number, .len = (uint32_t)strlen(path) + 1};
    send(&header, sizeof header);
    send(path, header.len);
    notify();
    receive(&header, sizeof header);
    receive(body, header.len);
    body[header.len] = '\0';
    if (header.req_id != number) {
        say("store: an answer to request %u, which was not ours", header.req_id);
    }
    return header.type == XS_ERROR ? -1 : (int)header.len;
}

static void report_key(const char *directory, const char *name)
{
    static char value[XENSTORE_PAYLOAD_MAX + 1];
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    if (ask(XS_READ, path, value) >= 0) {
        say("store: %s = %s", path, value);
    }
}

static void report_device(const char *class, const char *device)
{
    static char names[XENSTORE_PAYLOAD_MAX + 1];
    char path[128];
    (void)snprintf(path, sizeof path, "device/%s/%s", class, device);
    int length = ask(XS_DIRECTORY, path, names);
    for (int at = 0; at < length; at += (int)strlen(names + at) + 1) {
        if (strcmp(names + at, "backend") != 0) { /* its path has the domain's number */
            report_key(path, names + at);
        }
    }
}

static void report_class(const char *class)
{
    static char names[XENSTORE_PAYLOAD_MAX + 1];
    char path[64];
    (void)snprintf(path, sizeof path, "device/%s", class);
    int length = ask(XS_DIRECTORY, path, names);
    for (int at = 0; at < length; at += (int)strlen(names + at) + 1) {
        report_device(class, names + at);
    }
}

void report_store(void)
{
    say("store: %u bytes of requests and %u of answers are under way", found.asked, found.answered);
    say("store: features %x, connection %u, error %u", ring()->server_features, ring()->connection,
        ring()->error);
    report_class("vbd");
    report_class("vif");
}
