/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe as a PV guest. */
#pragma once

#include "hypervisor/xen-pv/paging.h"
#include "hypervisor/xen-pv/pv_hypercall.h"
#include "tests/xen/probe/probe.h"

/* What entry.S found. */
enum { REGISTER_COUNT = 23, REGISTER_RSI = 4, REGISTER_RSP = 7 };
extern uint64_t registers_at_entry[REGISTER_COUNT];
extern uint8_t fpu_at_entry[512];
extern const uint8_t image_start[], data_start[], image_end[];
extern const uint8_t hypercall_page[];

/* What Xen gave us. */
extern const start_info_t *start_info;

enum { MSR_FS_BASE = (int)0xc0000100, MSR_GS_BASE, MSR_KERNEL_GS_BASE };

extern uint64_t fs_base_at_entry; /* which the probe must change to print */

/* The page `pfn` of the main mapping. */
void *page_at(pfn_t pfn);

/* The page that a frame is, or, where it is none of ours, a number over nr_pages. */
pfn_t page_of(mfn_t);

/* Pages that are mapped from PROBE_BASE on. */
pfn_t mapped_pages(void);

/*
 * The page to look at after `pfn`: all of the first 32 MiB, where a loader works, and then one of 61, for a look takes
 * three hypercalls.
 */
static inline pfn_t next_sample(pfn_t pfn)
{
    return pfn < 8192 ? pfn + 1 : pfn + 61;
}

/* Copies a page by its frame, wherever it is mapped or not. */
void frame_read(mfn_t, void *page);

/* Maps a frame for writing in a window, which holds one at a time; NULL when Xen refuses. */
uint64_t *window_open(mfn_t);
void window_close(void);

/* The chapters of a PV guest's report. */
void report_registers(void);
void report_start_info(void);
void report_tables(void);
void report_p2m(void);
void report_contents(void);
void report_types(void);
