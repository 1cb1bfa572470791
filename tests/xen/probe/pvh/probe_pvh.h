/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe as a PVH guest: linked where it is loaded, with the first 4 GiB mapped as they are. */
#pragma once

#include <stdint.h>
#include <xen/arch-x86/hvm/start_info.h>

#include "hypervisor/xen-pvh/pvh_hypercall.h"
#include "tests/xen/probe/probe.h"

/* What entry.S found. */
enum {
    EAX,
    EBX,
    ECX,
    EDX,
    ESI,
    EDI,
    EBP,
    ESP,
    EFLAGS,
    CR0,
    CR2,
    CR3,
    CR4,
    DR7,
    EFER_LOW,
    CS,
    DS,
    ES,
    SS,
    FS,
    GS,
    TR,
    LDTR,
    REGISTER_COUNT,
};
extern uint32_t registers_at_entry[REGISTER_COUNT];
extern uint8_t gdt_at_entry[6], idt_at_entry[6];
extern uint8_t fpu_at_entry[512];
extern const uint8_t image_start[], data_start[], image_end[];
extern uint8_t hypercall_page[PAGE_SIZE];

/* Of HVMOP_get_param; UINT64_MAX: there is none. */
uint64_t parameter(uint32_t number);

/* Fills `shared`. */
void map_shared(void);

/* What Xen gave us. */
extern const struct hvm_start_info *start_info;

/* The chapters of a PVH guest's report. */
void report_registers(void);
void report_start_info(void);
void report_contents(void);
void report_parameters(void);
