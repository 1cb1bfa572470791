/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen/events.h"

#include <string.h>

#include "hypervisor/xen/hypercall.h"
#include "hypervisor/xen/platform.h"
#include "hypervisor/xen/time.h"

enum { PORTS_PER_WORD = 64 };

static unsigned long *pending_word(evtchn_port_t port)
{
    return &platform_shared_info()->evtchn_pending[port / PORTS_PER_WORD];
}

evtchn_port_t events_allocate(domid_t remote)
{
    struct evtchn_alloc_unbound channel = {.dom = DOMID_SELF, .remote_dom = remote};
    return hypercall_event_channel_op(EVTCHNOP_alloc_unbound, &channel) == 0 ? channel.port : 0;
}

void events_close(evtchn_port_t port)
{
    struct evtchn_close channel = {.port = port};
    (void)hypercall_event_channel_op(EVTCHNOP_close,
                                     &channel); /* fails only for a port that is not open */
    events_clear(port);
}

void events_notify(evtchn_port_t port)
{
    struct evtchn_send channel = {.port = port};
    (void)hypercall_event_channel_op(EVTCHNOP_send,
                                     &channel); /* a dead other side is found by its silence */
}

void events_clear(evtchn_port_t port)
{
    __atomic_and_fetch(pending_word(port), ~(1UL << port % PORTS_PER_WORD), __ATOMIC_SEQ_CST);
}

static bool is_pending(evtchn_port_t port)
{
    return (__atomic_load_n(pending_word(port), __ATOMIC_SEQ_CST) >> port % PORTS_PER_WORD & 1) !=
           0;
}

bool events_wait(evtchn_port_t port, uint64_t deadline)
{
    struct sched_poll poll = {.nr_ports = 1, .timeout = deadline};
    set_xen_guest_handle(poll.ports, &port);
    while (!is_pending(port) && time_now() < deadline) {
        (void)hypercall_sched_op(SCHEDOP_poll, &poll); /* what woke us is looked at, not returned */
    }
    return is_pending(port);
}

void events_reset(void)
{
    shared_info_t *info = platform_shared_info();
    struct vcpu_info *vcpu = &info->vcpu_info[0];
    memset(info->evtchn_mask, 0, sizeof info->evtchn_mask);
    memset(info->evtchn_pending, 0, sizeof info->evtchn_pending);
    vcpu->evtchn_pending_sel = 0;
    vcpu->evtchn_upcall_pending = 0;
    vcpu->evtchn_upcall_mask = 1;
}

void events_leave(evtchn_port_t port)
{
    struct vcpu_info *vcpu = &platform_shared_info()->vcpu_info[0];
    __atomic_or_fetch(pending_word(port), 1UL << port % PORTS_PER_WORD, __ATOMIC_SEQ_CST);
    __atomic_or_fetch(&vcpu->evtchn_pending_sel, 1UL << port / PORTS_PER_WORD, __ATOMIC_SEQ_CST);
    vcpu->evtchn_upcall_pending = 1;
}
