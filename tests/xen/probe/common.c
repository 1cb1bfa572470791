/* SPDX-License-Identifier: BSD-2-Clause */
/* What every chapter needs. */
#include <stdint.h>
#include <string.h>

#include "tests/xen/probe/probe.h"

struct found found;
struct shared shared;

uint64_t digest(const void *bytes, size_t length)
{
    uint64_t value = 0xcbf29ce484222325;
    for (const uint8_t *at = bytes; length > 0; length--) {
        value = (value ^ *at++) * 0x100000001b3;
    }
    return value;
}

void look_first(void)
{
    memcpy(&found.shared_info, shared.info, sizeof found.shared_info);
    found.asked = shared.store->req_prod - shared.store->req_cons;
    found.answered = shared.store->rsp_prod - shared.store->rsp_cons;
}

void event_wait(evtchn_port_t port)
{
    struct sched_poll poll = {.nr_ports = 1};
    set_xen_guest_handle(poll.ports, &port);
    (void)hypercall_sched_op(SCHEDOP_poll, &poll);
    __atomic_and_fetch(&shared.info->evtchn_pending[0], ~(1UL << port),
                       __ATOMIC_SEQ_CST); /* a small port */
}

_Noreturn void end_domain(void)
{
    struct sched_shutdown shutdown = {.reason = SHUTDOWN_poweroff};
    for (;;) {
        (void)hypercall_sched_op(SCHEDOP_shutdown, &shutdown);
    }
}
