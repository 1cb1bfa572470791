/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/xenstore_ring.h"

#include "hypervisor/xen/events.h"
#include "hypervisor/xen/platform.h"
#include "hypervisor/xen/time.h"
#include "lib/checked.h"
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

static size_t put(struct xenstore_stream *stream, const void *bytes, size_t length)
{
    (void)stream;
    uint32_t producer = ring()->req_prod;
    uint32_t used = ring_used(producer, ring_load(&ring()->req_cons), XENSTORE_RING_SIZE);
    uint32_t count = (uint32_t)min_u64(length, XENSTORE_RING_SIZE - used);
    for (uint32_t i = 0; i < count; i++) {
        ring()->req[MASK_XENSTORE_IDX(producer + i)] = ((const char *)bytes)[i];
    }
    ring_store(&ring()->req_prod, producer + count);
    has_news = has_news || count > 0;
    return count;
}

static size_t take(struct xenstore_stream *stream, void *bytes, size_t length)
{
    (void)stream;
    uint32_t consumer = ring()->rsp_cons;
    uint32_t used = ring_used(ring_load(&ring()->rsp_prod), consumer, XENSTORE_RING_SIZE);
    uint32_t count = (uint32_t)min_u64(length, used);
    for (uint32_t i = 0; i < count; i++) {
        ((char *)bytes)[i] = ring()->rsp[MASK_XENSTORE_IDX(consumer + i)];
    }
    ring_store(&ring()->rsp_cons, consumer + count);
    __atomic_thread_fence(__ATOMIC_SEQ_CST); /* was it full when the store last saw our index? */
    has_news = has_news || ring_load(&ring()->rsp_prod) - consumer >= XENSTORE_RING_SIZE;
    return count;
}

static bool wait(struct xenstore_stream *stream, uint64_t deadline)
{
    (void)stream;
    xenstore_ring_wake();
    events_sleep(deadline);
    return time_now() < deadline;
}

struct xenstore_stream xenstore_ring = {.put = put, .take = take, .wait = wait};
