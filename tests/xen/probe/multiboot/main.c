/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe as a multiboot kernel, of either version: what it is told, field by field. */
#include "hypervisor/xen-pvh/cpu.h"
#include "tests/xen/probe/pvh/probe_pvh.h"

enum { LOADED_BY_1 = 0x2badb002, LOADED_BY_2 = 0x36d76289 };

/* A range of memory, as version 1 has it; version 2's begins with the second number. */
struct range {
    uint32_t size, start_low, start_high, length_low, length_high, kind;
};

static const void *at(uint32_t address)
{
    return (const void *)(uintptr_t)address;
}

static uint64_t wide(uint32_t low, uint32_t high)
{
    return (uint64_t)high << 32 | low;
}

static void report_module(uint32_t start, uint32_t end, const char *line)
{
    say("multiboot: module of %u bytes, %016lx, \"%s\"", end - start,
        digest(at(start), end - start), line);
}

static void report_range(const struct range *range)
{
    say("multiboot: memory %lx + %lx kind %u", wide(range->start_low, range->start_high),
        wide(range->length_low, range->length_high), range->kind);
}

static void report_1(const uint32_t *info)
{
    enum { LOWER = 1, UPPER, LINE = 4, MODULE_COUNT, MODULES, MAP_SIZE = 11, MAP, LOADER = 16 };
    const uint32_t *module = at(info[MODULES]);
    say("multiboot: flags %x, %u KiB, %u KiB", info[0], info[LOWER], info[UPPER]);
    say("multiboot: line \"%s\"", (const char *)at(info[LINE]));
    say("multiboot: loader \"%s\"", (const char *)at(info[LOADER]));
    for (uint32_t i = 0; i < info[MODULE_COUNT]; i++, module += 4) {
        report_module(module[0], module[1], at(module[2]));
    }
    for (uint32_t done = 0; done < info[MAP_SIZE];) {
        const struct range *range = at(info[MAP] + done);
        report_range(range);
        done += range->size + 4;
    }
    say("multiboot: at e0000 is \"%.8s\"", (const char *)at(0xe0000));
}

static void report_map(const uint32_t *tag)
{
    enum { HEADER_WORDS = 4 };
    for (uint32_t word = HEADER_WORDS; word < tag[1] / 4; word += tag[2] / 4) {
        report_range((const struct range *)(tag + word - 1));
    }
}

static void report_tag(const uint32_t *tag)
{
    enum { LINE = 1, LOADER, MODULE, SIZES, MAP = 6, RSDP = 15 };
    switch (tag[0]) {
    case LINE:
        say("multiboot: line \"%s\"", (const char *)(tag + 2));
        break;
    case LOADER:
        say("multiboot: loader \"%s\"", (const char *)(tag + 2));
        break;
    case MODULE:
        report_module(tag[2], tag[3], (const char *)(tag + 4));
        break;
    case SIZES:
        say("multiboot: %u KiB, %u KiB", tag[2], tag[3]);
        break;
    case MAP:
        report_map(tag);
        break;
    case RSDP:
        say("multiboot: RSDP \"%.8s\"", (const char *)(tag + 2));
        break;
    default:
        say("multiboot: tag %u of %u bytes", tag[0], tag[1]);
    }
}

static void report_2(const uint32_t *info)
{
    say("multiboot: %u bytes", info[0]);
    for (uint32_t done = 8; done < info[0];) {
        const uint32_t *tag = info + done / 4;
        report_tag(tag);
        done += (tag[1] + 7) & ~7u;
    }
}

/* The loader has to clear it. */
static uint64_t cleared[1000];

_Noreturn void probe_main(void);
void probe_main(void)
{
    static const uint64_t protector[6]; /* what musl's snprintf reads at %fs:0x28 */
    const uint32_t *info = at(registers_at_entry[EBX]);
    uint64_t sum = 0;
    for (size_t i = 0; i < sizeof cleared / sizeof cleared[0]; i++) {
        sum |= cleared[i];
    }
    write_msr(MSR_FS_BASE, (uint64_t)protector);
    (void)hypercalls_start((uint64_t)hypercall_page);
    map_shared();
    say("probe: begin");
    say("multiboot: eax %x, cr0 %x, efer %x, bss %lx", registers_at_entry[EAX],
        registers_at_entry[CR0], registers_at_entry[EFER_LOW], sum);
    if (registers_at_entry[EAX] == LOADED_BY_1) {
        report_1(info);
    } else if (registers_at_entry[EAX] == LOADED_BY_2) {
        report_2(info);
    }
    say("probe: end");
    end_domain();
}
