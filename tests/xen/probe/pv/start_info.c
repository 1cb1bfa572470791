/* SPDX-License-Identifier: BSD-2-Clause */
/* Every field of start_info, and where each piece of the initial layout lies. */
#include "tests/xen/probe/pv/probe_pv.h"

static void say_address(const char *name, uint64_t address)
{
    say("start_info: %s %lx", name, address);
}

/* All bytes of the page that no field has. */
static uint64_t rest(void)
{
    const uint8_t *page = (const uint8_t *)start_info;
    return digest(page + sizeof *start_info, PAGE_SIZE - sizeof *start_info);
}

static void report_rings(void)
{
    say("start_info: store is page %lx, port %u", page_of(start_info->store_mfn),
        start_info->store_evtchn);
    say("start_info: console is page %lx, port %u", page_of(start_info->console.domU.mfn),
        start_info->console.domU.evtchn);
}

void report_start_info(void)
{
    say("start_info: magic %.32s", start_info->magic);
    say("start_info: nr_pages %lx", start_info->nr_pages);
    say("start_info: shared_info is page %lx, offset %lx",
        page_of(start_info->shared_info >> PAGE_SHIFT), start_info->shared_info % PAGE_SIZE);
    say("start_info: flags %x", start_info->flags);
    report_rings();
    say_address("pt_base", start_info->pt_base);
    say("start_info: nr_pt_frames %lx", start_info->nr_pt_frames);
    say_address("mfn_list", start_info->mfn_list);
    say_address("mod_start", start_info->mod_start);
    say("start_info: mod_len %lx", start_info->mod_len);
    say("start_info: cmd_line \"%s\"", (const char *)start_info->cmd_line);
    say("start_info: cmd_line's digest %016lx",
        digest(start_info->cmd_line, sizeof start_info->cmd_line));
    say("start_info: first_p2m_pfn %lx nr_p2m_frames %lx", start_info->first_p2m_pfn,
        start_info->nr_p2m_frames);
    say("start_info: the rest of its page %016lx", rest());
    say_address("image", (uint64_t)image_start);
    say_address("image's end", (uint64_t)image_end);
}
