/* SPDX-License-Identifier: BSD-2-Clause */
/* What the hypervisor keeps for the domain: event channels, the shared page, grants, processors, memory. */
#include <stdint.h>
#include <xen/memory.h>

#include "tests/xen/probe/probe.h"

enum { PORT_LIMIT = 256, VCPU_LIMIT = 16 };

void report_events(void)
{
    static const char *const names[] = {"closed", "unbound", "interdomain", "pirq", "virq", "ipi"};
    for (evtchn_port_t port = 0; port < PORT_LIMIT; port++) {
        struct evtchn_status status = {.dom = DOMID_SELF, .port = port};
        if (hypercall_event_channel_op(EVTCHNOP_status, &status) == 0 &&
            status.status != EVTCHNSTAT_closed) {
            say("events: port %u is %s, vcpu %u", port, names[status.status % 6], status.vcpu);
        }
    }
}

static void report_words(const char *name, const void *start, size_t size)
{
    const uint64_t *words = start;
    for (size_t i = 0; i < size / sizeof *words; i++) {
        if (words[i] != 0) {
            say("shared_info: %s + %zu: %lx", name, i * sizeof *words, words[i]);
        }
    }
}

static void report_vcpu_info(unsigned vcpu)
{
    const struct vcpu_info *info = &found.shared_info.vcpu_info[vcpu];
    bool fresh = info->evtchn_upcall_pending == 0 &&
                 info->evtchn_upcall_mask == fresh_upcall_mask && info->evtchn_pending_sel == 0 &&
                 info->arch.cr2 == 0;
    if (!fresh) {
        say("shared_info: vcpu %u: pending %u mask %u selector %lx cr2 %lx", vcpu,
            info->evtchn_upcall_pending, info->evtchn_upcall_mask, info->evtchn_pending_sel,
            info->arch.cr2);
    }
}

/* All but the clocks. */
void report_shared_info(void)
{
    for (unsigned vcpu = 0; vcpu < XEN_LEGACY_MAX_VCPUS; vcpu++) {
        report_vcpu_info(vcpu);
    }
    report_words("evtchn_pending", found.shared_info.evtchn_pending,
                 sizeof found.shared_info.evtchn_pending);
    report_words("evtchn_mask", found.shared_info.evtchn_mask,
                 sizeof found.shared_info.evtchn_mask);
    report_words("arch", &found.shared_info.arch, sizeof found.shared_info.arch);
}

void report_grants(void)
{
    static grant_entry_v1_t table[PAGE_SIZE / sizeof(grant_entry_v1_t)]
        __attribute__((aligned(PAGE_SIZE)));
    struct gnttab_get_version version = {.dom = DOMID_SELF};
    struct gnttab_query_size size = {.dom = DOMID_SELF};
    (void)hypercall_grant_table_op(GNTTABOP_get_version, &version, 1);
    (void)hypercall_grant_table_op(GNTTABOP_query_size, &size, 1);
    say("grants: version %u, %u frames of %u", version.version, size.nr_frames, size.max_nr_frames);

    map_grant_frame(table);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].flags != 0 || table[i].domid != 0 || table[i].frame != 0) {
            say("grants: entry %zu: flags %x domain %u page %lx", i, table[i].flags, table[i].domid,
                page_of_grant(table[i].frame));
        }
    }
}

static inline long memory_op(unsigned command, void *argument)
{
    return HYPERCALL(__HYPERVISOR_memory_op, command, argument, 0, 0);
}

static void report_memory_map(void)
{
    static uint8_t entries[20 * 32];
    struct xen_memory_map map = {.nr_entries = 32};
    set_xen_guest_handle(map.buffer, (void *)entries);
    long error = memory_op(XENMEM_memory_map, &map);
    say("hypervisor: memory map: %ld, %u entries, %016lx", error, map.nr_entries,
        digest(entries, sizeof entries));
}

void report_hypervisor(void)
{
    domid_t self = DOMID_SELF;
    say("hypervisor: %ld pages now, %ld at most", memory_op(XENMEM_current_reservation, &self),
        memory_op(XENMEM_maximum_reservation, &self));
    report_memory_map();
    for (unsigned vcpu = 0; vcpu < VCPU_LIMIT; vcpu++) {
        long up = HYPERCALL(__HYPERVISOR_vcpu_op, VCPUOP_is_up, vcpu, 0, 0);
        if (up >= 0) {
            say("hypervisor: vcpu %u is %s", vcpu, up != 0 ? "up" : "down");
        }
    }
}
