/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen/events.h"

#include <stddef.h>
#include <string.h>

#include "hypervisor/xen/hypercall.h"
#include "hypervisor/xen/platform.h"
#include "hypervisor/xen/time.h"

enum { PORTS_PER_WORD = 64 };

/* All that are open. The first two are those that Xen's builder has opened. */
enum { CONSOLE, STORE, BUILDERS };
static evtchn_port_t ports[EVENTS_LIMIT];
static unsigned port_count = BUILDERS;

static unsigned long *pending_word(evtchn_port_t port)
{
    return &platform_shared_info()->evtchn_pending[port / PORTS_PER_WORD];
}

static void clear(evtchn_port_t port)
{
    __atomic_and_fetch(pending_word(port), ~(1UL << port % PORTS_PER_WORD), __ATOMIC_SEQ_CST);
}

static void forget(evtchn_port_t port)
{
    for (unsigned i = BUILDERS; i < port_count; i++) {
        if (ports[i] == port) {
            ports[i] = ports[--port_count];
            return;
        }
    }
}

evtchn_port_t events_allocate(domid_t remote)
{
    struct evtchn_alloc_unbound channel = {.dom = DOMID_SELF, .remote_dom = remote};
    if (port_count == EVENTS_LIMIT ||
        hypercall_event_channel_op(EVTCHNOP_alloc_unbound, &channel) != 0) {
        return 0;
    }
    ports[port_count++] = channel.port;
    return channel.port;
}

void events_close(evtchn_port_t port)
{
    struct evtchn_close channel = {.port = port};
    (void)hypercall_event_channel_op(EVTCHNOP_close,
                                     &channel); /* fails only for a port that is not open */
    forget(port);
    clear(port);
}

void events_notify(evtchn_port_t port)
{
    struct evtchn_send channel = {.port = port};
    (void)hypercall_event_channel_op(EVTCHNOP_send,
                                     &channel); /* a dead other side is found by its silence */
}

static bool is_pending(evtchn_port_t port)
{
    return (__atomic_load_n(pending_word(port), __ATOMIC_SEQ_CST) >> port % PORTS_PER_WORD & 1) !=
           0;
}

static bool any_is_pending(void)
{
    for (unsigned i = 0; i < port_count; i++) {
        if (is_pending(ports[i])) {
            return true;
        }
    }
    return false;
}

void events_sleep(uint64_t deadline)
{
    ports[CONSOLE] = platform_console().port; /* a domain that was restored has others */
    ports[STORE] = platform_store().port;
    struct sched_poll poll = {.nr_ports = port_count, .timeout = time_for_xen(deadline)};
    set_xen_guest_handle(poll.ports, ports);
    while (!any_is_pending() && time_now() < deadline) {
        (void)hypercall_sched_op(SCHEDOP_poll, &poll); /* what woke us is looked at, not returned */
    }
    for (unsigned i = 0; i < port_count; i++) {
        clear(ports[i]);
    }
}

/*
 * From the top down: an event that comes meanwhile may leave a selector without a bit, which is
 * harmless, but never a bit without a selector, which nobody would look at, and which swallows the
 * port's next event.
 */
void events_reset(void)
{
    shared_info_t *info = platform_shared_info();
    struct vcpu_info *vcpu = &info->vcpu_info[0];
    memset(info->evtchn_mask, 0, sizeof info->evtchn_mask);
    __atomic_store_n(&vcpu->evtchn_upcall_pending, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&vcpu->evtchn_pending_sel, 0, __ATOMIC_SEQ_CST);
    for (size_t i = 0; i < sizeof info->evtchn_pending / sizeof info->evtchn_pending[0]; i++) {
        __atomic_store_n(&info->evtchn_pending[i], 0, __ATOMIC_SEQ_CST);
    }
}

void events_leave(evtchn_port_t port)
{
    struct vcpu_info *vcpu = &platform_shared_info()->vcpu_info[0];
    __atomic_or_fetch(pending_word(port), 1UL << port % PORTS_PER_WORD, __ATOMIC_SEQ_CST);
    __atomic_or_fetch(&vcpu->evtchn_pending_sel, 1UL << port / PORTS_PER_WORD, __ATOMIC_SEQ_CST);
    vcpu->evtchn_upcall_pending = 1;
}
