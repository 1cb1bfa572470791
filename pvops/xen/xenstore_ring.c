/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/xenstore_ring.h"

#include <stdbool.h>
#include <xen/io/xs_wire.h>

#include "hypervisor/xen/events.h"
#include "hypervisor/xen/platform.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "pvops/xen/ring.h"

static struct xenstore_domain_interface *ring(void)
{
    return platform_store().page;
}

static evtchn_port_t port(void)
{
    return platform_store().port;
}

/* Whether the store has something to do that it has not been woken for. */
static bool has_news;

void xenstore_ring_wake(void)
{
    if (has_news) {
        has_news = false;
        events_notify(port());
    }
}

static uint32_t put_some(const char *bytes, size_t length)
{
    uint32_t producer = ring()->req_prod;
    uint32_t used = ring_used(producer, ring_load(&ring()->req_cons), XENSTORE_RING_SIZE);
    uint32_t count = (uint32_t)min_u64(length, XENSTORE_RING_SIZE - used);
    for (uint32_t i = 0; i < count; i++) {
        ring()->req[MASK_XENSTORE_IDX(producer + i)] = bytes[i];
    }
    ring_store(&ring()->req_prod, producer + count);
    has_news = has_news || count > 0;
    return count;
}

static uint32_t take_some(char *bytes, size_t length)
{
    uint32_t consumer = ring()->rsp_cons;
    uint32_t used = ring_used(ring_load(&ring()->rsp_prod), consumer, XENSTORE_RING_SIZE);
    uint32_t count = (uint32_t)min_u64(length, used);
    for (uint32_t i = 0; i < count; i++) {
        bytes[i] = ring()->rsp[MASK_XENSTORE_IDX(consumer + i)];
    }
    ring_store(&ring()->rsp_cons, consumer + count);
    __atomic_thread_fence(__ATOMIC_SEQ_CST); /* was it full when the store last saw our index? */
    has_news = has_news || ring_load(&ring()->rsp_prod) - consumer >= XENSTORE_RING_SIZE;
    return count;
}

int xenstore_ring_send(const void *bytes, size_t length, uint64_t deadline)
{
    for (size_t done = 0; done < length;) {
        events_clear(port());
        uint32_t count = put_some((const char *)bytes + done, length - done);
        done += count;
        if (count == 0) {
            xenstore_ring_wake();
            if (!events_wait(port(), deadline)) {
                return ERR_TIMEOUT;
            }
        }
    }
    return 0;
}

int xenstore_ring_receive(void *bytes, size_t length, uint64_t deadline)
{
    for (size_t done = 0; done < length;) {
        events_clear(port());
        uint32_t count = take_some((char *)bytes + done, length - done);
        done += count;
        xenstore_ring_wake();
        if (count == 0 && !events_wait(port(), deadline)) {
            return ERR_TIMEOUT;
        }
    }
    return 0;
}
