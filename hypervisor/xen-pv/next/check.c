/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/next/check.h"

#include <string.h>

#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pv/next/modules.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

#define PADDR_LIMIT (UINT64_C(1) << 52) /* no processor has more physical addresses */

static int refuse(const struct next_kernel *next, struct log *log, int error, const char *why)
{
    return fail(log, error, "%s: %s", next->name, why);
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/*
 * Features are names between '|'; a '!' before one says that the kernel insists on it. Xen's
 * builder starts a kernel that insists on any feature that has a name, and refuses the others;
 * auto_translated_physmap makes no PV guest.
 */
static bool is_feature(const char *name, size_t length)
{
    static const char *const known[] = {"writable_page_tables", "writable_descriptor_tables",
                                        "supervisor_mode_kernel", "pae_pgdir_above_4gb", "dom0"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strlen(known[i]) == length && memcmp(known[i], name, length) == 0) {
            return true;
        }
    }
    return false;
}

static int check_features(const struct next_kernel *next, struct log *log)
{
    const char *features = next->xen.features;
    while (*features != '\0') {
        size_t length = strcspn(features, "|");
        if (*features == '!' && !is_feature(features + 1, length - 1)) {
            return fail(log, ERR_UNSUPPORTED,
                        "%s: needs \"%.*s\", which Xen does not offer to PV guests", next->name,
                        (int)length - 1, features + 1);
        }
        features += length + (features[length] == '|' ? 1 : 0);
    }
    return 0;
}

static int check_kind(const struct next_kernel *next, struct log *log)
{
    const struct kernel_xen *xen = &next->xen;
    if (!xen->found) {
        return refuse(next, log, ERR_UNSUPPORTED,
                      "a kernel that does not know Xen: there are no Xen notes in it");
    }
    if (next->pvh.has_entry && !next->pv.has_entry) {
        return refuse(next, log, ERR_UNSUPPORTED,
                      "a kernel for PVH only: it needs a domain of type=\"pvh\"");
    }
    if (next->is_32_bit) {
        return refuse(next, log, ERR_UNSUPPORTED, "a 32-bit kernel, but this is a 64-bit domain");
    }
    if (!begins(xen->loader, "generic") && !begins(xen->guest_os, "linux")) {
        return refuse(next, log, ERR_UNSUPPORTED, "its Xen notes name no known loader");
    }
    if (!begins(xen->xen_version, "xen-3.0")) {
        return refuse(next, log, ERR_UNSUPPORTED,
                      "its Xen notes ask for another interface than xen-3.0");
    }
    return check_features(next, log);
}

static const struct kernel_segment *last_segment(const struct next_kernel *next)
{
    return &next->segments[next->segment_count - 1];
}

/* Is a virtual address inside of the loaded kernel? */
static bool is_inside(const struct next_kernel *next, uint64_t address)
{
    const struct kernel_segment *last = last_segment(next);
    uint64_t paddr = address - next->pv.virt_base + next->pv.paddr_offset;
    return address >= next->pv.virt_base && paddr >= next->segments[0].paddr &&
           paddr < last->paddr + last->memory_size;
}

static int check_addresses(const struct next_kernel *next, struct log *log)
{
    const struct kernel_pv *pv = &next->pv;
    const struct kernel_segment *last = last_segment(next);
    if (next->segments[0].paddr < pv->paddr_offset ||
        last->paddr + last->memory_size - pv->paddr_offset > PADDR_LIMIT) {
        return refuse(next, log, ERR_CORRUPT, "a segment's addresses or sizes cannot be right");
    }
    if (!is_inside(next, pv->entry)) {
        return refuse(next, log, ERR_CORRUPT, "its entry point is outside of it");
    }
    bool page = pv->hypercall_page % PAGE_SIZE == 0 && is_inside(next, pv->hypercall_page);
    if (pv->has_hypercall_page && !page) {
        return refuse(next, log, ERR_CORRUPT, "its hypercall page is outside of it");
    }
    return 0;
}

int next_check(const struct next_kernel *next, struct log *log)
{
    int error = check_kind(next, log);
    if (error != 0) {
        return error;
    }
    error = check_addresses(next, log);
    if (error != 0) {
        return error;
    }
    if (modules_size(next) > UINT32_MAX) {
        return refuse(next, log, ERR_TOO_LARGE, "its modules are larger than 4 GiB");
    }
    return 0;
}
