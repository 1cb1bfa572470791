/* SPDX-License-Identifier: BSD-2-Clause */
#include "libpvboot/verdicts.h"

#include <stdio.h>
#include <string.h>

#include "hypervisor/next_kernel.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "libpvboot/pvboot.h"

const char *const verdict_names[HOST_TYPES] = {"PV", "PVH"};

enum { LINE_SIZE = 256, MIB = 1 << 20, MEMORY_LIMIT = 1 << 24 /* MiB */ };

/* ---- the domains ---------------------------------------------------------------------------- */

int asked_open(struct asked *asked, const struct pvboot_domain *domain, struct log *log)
{
    uint64_t mib = domain->memory != 0 ? domain->memory : USUAL_MEMORY;
    if (mib > MEMORY_LIMIT) {
        return fail(log, ERR_INVALID, "%lu MiB: no domain is so large", mib);
    }
    asked->memory = mib * MIB;
    asked->types[HOST_PV] = domain->types == 0 || (domain->types & PVBOOT_DOMAIN_PV) != 0;
    asked->types[HOST_PVH] = domain->types == 0 || (domain->types & PVBOOT_DOMAIN_PVH) != 0;
    return 0;
}

uint64_t asked_room(const struct asked *asked)
{
    uint64_t room = 0;
    for (unsigned type = 0; type < HOST_TYPES; type++) {
        room = asked->types[type] ? max_u64(room, host_room(type, asked->memory)) : room;
    }
    return room;
}

/* ---- verdicts ------------------------------------------------------------------------------- */

int verdicts_judge(struct verdicts *verdicts, const struct asked *asked,
                   const struct next_kernel *next, const struct arena *arena)
{
    int first_error = 0;
    bool starts = false;
    for (unsigned type = 0; type < HOST_TYPES; type++) {
        struct host_verdict *verdict = &verdicts->of[type];
        if (asked->types[type]) {
            host_judge(verdict, type, next, asked->memory, arena);
            starts = starts || verdict->error == 0;
            first_error = first_error != 0 ? first_error : verdict->error;
        }
    }
    return starts ? 0 : first_error;
}

/* That a kernel is one for the other type says less than why it cannot start in that. */
static bool says_less(const struct verdicts *verdicts, const struct asked *asked, unsigned type)
{
    for (unsigned other = 0; other < HOST_TYPES; other++) {
        const struct host_verdict *verdict = &verdicts->of[other];
        bool says_more = asked->types[other] && verdict->error != ERR_UNSUPPORTED;
        bool says_it = other < type && asked->types[other] &&
                       strcmp(verdict->reason, verdicts->of[type].reason) == 0;
        if ((says_more && verdicts->of[type].error == ERR_UNSUPPORTED) || says_it) {
            return true;
        }
    }
    return false;
}

void verdicts_log(const struct verdicts *verdicts, const struct asked *asked, struct log *log)
{
    for (unsigned type = 0; type < HOST_TYPES; type++) {
        if (asked->types[type] && !says_less(verdicts, asked, type)) {
            log_line(log, "%s", verdicts->of[type].reason);
        }
    }
}

/* What the kernel's notes say about its start. */
static void describe_pv(char *text, const struct kernel_pv *pv)
{
    (void)snprintf(text, LINE_SIZE, "entry 0x%lx, virt_base 0x%lx%s%s", pv->entry, pv->virt_base,
                   pv->has_init_p2m ? ", INIT_P2M" : "",
                   pv->mod_start_pfn ? ", MOD_START_PFN" : "");
}

static void describe_pvh(char *text, const struct host_verdict *verdict,
                         const struct kernel_pvh *pvh)
{
    int length = pvh->has_entry
                     ? snprintf(text, LINE_SIZE, "entry 0x%x", verdict->entry)
                     : snprintf(text, LINE_SIZE, "%s, entry 0x%x", verdict->way, verdict->entry);
    if (pvh->can_move && length > 0) {
        (void)snprintf(text + length, (size_t)(LINE_SIZE - length),
                       ", can move in steps of %u KiB from 0x%x to 0x%x", pvh->alignment >> 10,
                       pvh->minimum, pvh->maximum);
    }
}

void verdict_describe(const struct verdicts *verdicts, enum host_type type,
                      const struct asked *asked, const struct next_kernel *next,
                      char text[VERDICT_TEXT_SIZE])
{
    const struct host_verdict *verdict = &verdicts->of[type];
    char notes[LINE_SIZE];
    if (verdict->error != 0) {
        (void)snprintf(text, VERDICT_TEXT_SIZE, "no: %s", verdict->reason); /* it fits */
        return;
    }
    if (type == HOST_PV) {
        describe_pv(notes, &next->pv);
    } else {
        describe_pvh(notes, verdict, &next->pvh);
    }
    (void)snprintf(text, VERDICT_TEXT_SIZE, "takes %lu MiB of %lu; %s",
                   (verdict->memory + MIB - 1) / MIB, asked->memory / MIB, notes); /* likewise */
}
