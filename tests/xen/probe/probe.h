/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The probe: a guest kernel that says what it was given. Its report goes to the console, a fact a line, in page
 * numbers and not in machine frames, so that two reports of the same domain shape can be compared by diff. It
 * changes nothing before it has looked at it. Here is what the probes of all kinds of guests share; pv/ and pvh/ have the rest.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xen/io/console.h>
#include <xen/io/xs_wire.h>

#include "hypervisor/xen/hypercall.h"

#define PAGE_SIZE ((size_t)4096)

/* What the report itself changes, as it was before its first line. */
struct found {
    shared_info_t shared_info;
    uint32_t asked, answered; /* bytes in xenstore's ring */
};
extern struct found found;

/* Mapped by the kind's main before the first line. */
struct shared {
    shared_info_t *info;
    struct xencons_interface *console;
    struct xenstore_domain_interface *store;
    evtchn_port_t console_port, store_port;
};
extern struct shared shared;

static inline uint64_t read_msr(unsigned number)
{
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number));
    return (uint64_t)high << 32 | low;
}

/* The kind's: whether Xen starts a processor with its upcalls masked. */
extern const uint8_t fresh_upcall_mask;

/* Fills `found`, once `shared` is there. */
void look_first(void);

_Noreturn void end_domain(void);

/* A line of the report. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Waits until a port has fired since the last time; then look at its ring again. */
void event_wait(evtchn_port_t);

/* A number that differs when the bytes do (FNV-1a). */
uint64_t digest(const void *bytes, size_t length);

/* The symbol table that BSD_SYMTAB asks for, after the kernel's segments; none reaches beyond `limit`. */
void report_symbols(const uint8_t *kernel_end, const uint8_t *limit);

static inline bool is_zero(const void *page)
{
    const uint64_t *words = page;
    for (size_t i = 0; i < PAGE_SIZE / sizeof *words; i++) {
        if (words[i] != 0) {
            return false;
        }
    }
    return true;
}

/* The kind's: puts the grant table's first frame in the place of a page. */
void map_grant_frame(void *page);

/* The kind's: the page that a grant names, or, where it is none of ours, a number over the domain's pages. */
uint64_t page_of_grant(uint64_t frame);

/* The chapters of the report that all kinds have. */
void report_shared_info(void);
void report_events(void);
void report_grants(void);
void report_hypervisor(void);
void report_store(void);
void report_console(void);
