/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/verdicts.h"

#include <stdio.h>
#include <string.h>

#include "hypervisor/next_kernel.h"
#include "lib/error.h"
#include "lib/log.h"
#include "tool/print.h"
#include "tool/tool.h"

/* For people. */
static const char *const type_names[HOST_TYPES] = {"PV", "PVH"};

enum { LINE_SIZE = 256, MIB = 1 << 20 };

int verdicts_judge(struct verdicts *verdicts, const struct tool *tool,
                   const struct next_kernel *next)
{
    int first_error = 0;
    bool starts = false;
    for (unsigned type = 0; type < HOST_TYPES; type++) {
        struct host_verdict *verdict = &verdicts->of[type];
        if (tool->types[type]) {
            host_judge(verdict, type, next, tool->memory.length, &tool->arena);
            starts = starts || verdict->error == 0;
            first_error = first_error != 0 ? first_error : verdict->error;
        }
    }
    return starts ? 0 : first_error;
}

/* That a kernel is one for the other type says less than why it cannot start in that. */
static bool says_less(const struct verdicts *verdicts, const struct tool *tool, unsigned type)
{
    for (unsigned other = 0; other < HOST_TYPES; other++) {
        const struct host_verdict *verdict = &verdicts->of[other];
        bool says_more = tool->types[other] && verdict->error != ERR_UNSUPPORTED;
        bool says_it = other < type && tool->types[other] &&
                       strcmp(verdict->reason, verdicts->of[type].reason) == 0;
        if ((says_more && verdicts->of[type].error == ERR_UNSUPPORTED) || says_it) {
            return true;
        }
    }
    return false;
}

void verdicts_log(const struct verdicts *verdicts, const struct tool *tool, struct log *log)
{
    for (unsigned type = 0; type < HOST_TYPES; type++) {
        if (tool->types[type] && !says_less(verdicts, tool, type)) {
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

static void describe_pvh(char *text, const struct kernel_pvh *pvh)
{
    int length = snprintf(text, LINE_SIZE, "entry 0x%x", pvh->entry);
    if (pvh->can_move && length > 0) {
        (void)snprintf(text + length, (size_t)(LINE_SIZE - length),
                       ", can move in steps of %u KiB from 0x%x to 0x%x", pvh->alignment >> 10,
                       pvh->minimum, pvh->maximum);
    }
}

static void print_verdict(const struct host_verdict *verdict, unsigned type, uint64_t memory,
                          const struct next_kernel *next)
{
    char text[LINE_SIZE];
    if (verdict->error != 0) {
        print_line("      %-8s no: %s", type_names[type], verdict->reason);
        return;
    }
    if (type == HOST_PV) {
        describe_pv(text, &next->pv);
    } else {
        describe_pvh(text, &next->pvh);
    }
    print_line("      %-8s takes %lu MiB of %lu; %s", type_names[type],
               (verdict->memory + MIB - 1) / MIB, memory / MIB, text);
}

void verdicts_print(const struct verdicts *verdicts, const struct tool *tool,
                    const struct next_kernel *next)
{
    bool starts_pv = tool->types[HOST_PV] && verdicts->of[HOST_PV].error == 0;
    bool starts_pvh = tool->types[HOST_PVH] && verdicts->of[HOST_PVH].error == 0;
    for (unsigned type = 0; type < HOST_TYPES; type++) {
        if (tool->types[type]) {
            print_verdict(&verdicts->of[type], type, tool->memory.length, next);
        }
    }
    print_line("      would boot in %s%s%s domains", starts_pv ? "PV" : "",
               starts_pv && starts_pvh ? " and " : "", starts_pvh ? "PVH" : "");
}
