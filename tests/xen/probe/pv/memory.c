/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory: the p2m against Xen's M2P, and the contents of every piece. */
#include "tests/xen/probe/pv/probe_pv.h"

static const mfn_t *p2m(void)
{
    return (const mfn_t *)start_info->mfn_list;
}

void report_p2m(void)
{
    uint64_t holes = 0, wrong = 0;
    for (pfn_t pfn = 0; pfn < start_info->nr_pages; pfn++) {
        if (p2m()[pfn] == INVALID_MFN) {
            holes++;
        } else if (pfn_of_mfn(p2m()[pfn]) != pfn) {
            wrong++;
        }
    }
    say("p2m: %lu holes, %lu entries that Xen does not agree with", holes, wrong);
    uint64_t after = 0; /* the list's last page has room for more entries than there are pages */
    for (pfn_t i = start_info->nr_pages; i % TABLE_ENTRIES != 0; i++) {
        after += p2m()[i] != 0;
    }
    say("p2m: %lu entries past its end are not 0", after);
}

static pfn_t pfn_in_map(uint64_t address)
{
    return (address - PROBE_BASE) / PAGE_SIZE;
}

static void report_kernel(void)
{
    const uint8_t *code = hypercall_page + PAGE_SIZE;
    say("contents: the code before the hypercall page %016lx",
        digest(image_start, (size_t)(hypercall_page - image_start)));
    say("contents: the hypercall page %016lx", digest(hypercall_page, PAGE_SIZE));
    say("contents: code and constants %016lx", digest(code, (size_t)(data_start - code)));
    uint64_t full = 0;
    for (pfn_t pfn = 0; pfn < pfn_in_map((uint64_t)image_start); pfn++) {
        full += !is_zero(page_at(pfn));
    }
    say("contents: %lu pages before the kernel are not zero", full);
}

static void report_module(void)
{
    static uint8_t page[PAGE_SIZE];
    uint64_t value = 0, length = start_info->mod_len;
    bool by_number = (start_info->flags & SIF_MOD_START_PFN) != 0;
    pfn_t first = by_number ? start_info->mod_start : pfn_in_map(start_info->mod_start);
    for (uint64_t done = 0; done < length; done += PAGE_SIZE) {
        frame_read(p2m()[first + done / PAGE_SIZE], page);
        value = value * 31 + digest(page, PAGE_SIZE);
    }
    say("contents: the module %016lx", value);
}

/* Multiboot modules, where the one module is a package of them, and mapped. */
static void report_modules(void)
{
    const uint8_t *package = (const uint8_t *)start_info->mod_start;
    const struct xen_multiboot_mod_list *module = (const struct xen_multiboot_mod_list *)package;
    for (; module->mod_start != 0; module++) {
        say("contents: module %u to %u, \"%s\", %016lx", module->mod_start, module->mod_end,
            (const char *)package + module->cmdline,
            digest(package + module->mod_start, module->mod_end - module->mod_start + 1));
    }
}

/* What follows the page tables: the boot stack and the slack. */
static void report_slack(void)
{
    pfn_t first = pfn_in_map(start_info->pt_base) + start_info->nr_pt_frames;
    say("contents: the boot stack, page %lx, is %s", first,
        is_zero(page_at(first)) ? "zero" : "not zero");
    uint64_t full = 0;
    for (pfn_t pfn = first + 1; pfn < mapped_pages(); pfn++) {
        full += !is_zero(page_at(pfn));
    }
    say("contents: %lu pages of the slack are not zero", full);
}

/* Memory that no piece has. */
static void report_free(void)
{
    static uint8_t page[PAGE_SIZE];
    pfn_t first = mapped_pages();
    uint64_t full = 0;
    if ((start_info->flags & SIF_MOD_START_PFN) != 0) {
        first = start_info->mod_start + (start_info->mod_len + PAGE_SIZE - 1) / PAGE_SIZE;
    }
    if (start_info->nr_p2m_frames != 0) {
        first = start_info->first_p2m_pfn + start_info->nr_p2m_frames;
    }
    for (pfn_t pfn = first; pfn < start_info->nr_pages; pfn = next_sample(pfn)) {
        frame_read(p2m()[pfn], page);
        full += !is_zero(page);
    }
    say("contents: %lu free pages are not zero", full);
}

void report_contents(void)
{
    report_kernel();
    report_symbols(image_end, (const uint8_t *)(PROBE_BASE + mapped_pages() * PAGE_SIZE));
    report_module();
    if ((start_info->flags & (SIF_MULTIBOOT_MOD | SIF_MOD_START_PFN)) == SIF_MULTIBOOT_MOD) {
        report_modules();
    }
    report_slack();
    report_free();
}
