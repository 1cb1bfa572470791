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

void report_symbols(const uint8_t *kernel_end, const uint8_t *limit)
{
    enum { SIZE_SIZE = 4, HEADERS_SIZE = 64 + 3 * 64, TABLES = 264 };
    const uint8_t *symbols = (const uint8_t *)(((uint64_t)kernel_end + 7) & ~UINT64_C(7));
    uint32_t size = *(const uint32_t *)symbols;
    say("symbols: %u bytes after the kernel", size);
    if (size == 0 || size > (uint64_t)(limit - symbols)) {
        return;
    }
    for (size_t i = 0; i < SIZE_SIZE + HEADERS_SIZE; i += 32) {
        const uint64_t *words = (const uint64_t *)(symbols + SIZE_SIZE + i);
        say("symbols: + %3zu %016lx %016lx %016lx %016lx", i, words[0], words[1], words[2],
            words[3]);
    }
    say("symbols: the tables %016lx", digest(symbols + TABLES, size - TABLES + SIZE_SIZE));
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
