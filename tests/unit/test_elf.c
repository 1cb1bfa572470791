/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernels built byte by byte: good ones, and ones that lie. */
#include "boot/image/elf.h"
#include "fs/source.h"
#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pv/next/check.h"
#include "hypervisor/xen-pv/next/layout.h"
#include "hypervisor/xen-pvh/next/check.h"
#include "lib/bytes.h"
#include "tests/unit/testing.h"

enum {
    KERNEL_SIZE = 0x4000,
    HEADERS = 64,
    NOTES = 0x1000,
    TEXT = 0x2000,
    NOTE_ENTRY = 1,
    NOTE_HYPERCALL = 2
};

#define VIRT_BASE UINT64_C(0xffffffff80000000)

static uint8_t kernel[KERNEL_SIZE];
static size_t notes_end;

static void put_header(unsigned index, uint32_t type, uint64_t offset, uint64_t paddr,
                       uint64_t file_size, uint64_t memory_size)
{
    uint8_t *header = kernel + HEADERS + 56 * index;
    put_le32(header, type);
    put_le64(header + 8, offset);
    put_le64(header + 24, paddr);
    put_le64(header + 32, file_size);
    put_le64(header + 40, memory_size);
}

static void put_note(uint32_t type, const void *value, uint32_t size)
{
    uint8_t *note = kernel + notes_end;
    put_le32(note, 4);
    put_le32(note + 4, size);
    put_le32(note + 8, type);
    memcpy(note + 12, "Xen", 4);
    memcpy(note + 16, value, size);
    notes_end += 16 + (size + 3) / 4 * 4;
    put_le64(kernel + HEADERS + 56 * 2 + 32, notes_end - NOTES);
}

static void put_number_note(uint32_t type, uint64_t number)
{
    uint8_t bytes[8];
    put_le64(bytes, number);
    put_note(type, bytes, sizeof bytes);
}

/* Two segments, and the notes that every kernel has. */
static int make_good(void **state)
{
    (void)state;
    memset(kernel, 0, sizeof kernel);
    memcpy(kernel,
           "\x7F"
           "ELF\2\1\1",
           7);
    put_le16(kernel + 18, 62);
    put_le64(kernel + 24, VIRT_BASE + 0x100100);
    put_le64(kernel + 32, HEADERS);
    put_le16(kernel + 54, 56);
    put_le16(kernel + 56, 3);
    put_header(0, 1, TEXT, 0x100000, 0x1000, 0x1000);
    put_header(1, 1, TEXT + 0x1000, 0x101000, 0x800, 0x3000);
    put_header(2, 4, NOTES, 0, 0, 0);
    notes_end = NOTES;
    put_note(5, "xen-3.0", 8);
    put_note(8, "generic", 8);
    put_number_note(3, VIRT_BASE);
    return 0;
}

/* A file of 32 bits: a segment, and notes that the caller puts. */
static void make_32_bits(void)
{
    uint8_t *load = kernel + 52, *note = load + 32;
    memset(kernel, 0, sizeof kernel);
    memcpy(kernel,
           "\x7F"
           "ELF\1\1\1",
           7);
    put_le16(kernel + 18, 3);
    put_le32(kernel + 24, 0x100100);
    put_le32(kernel + 28, 52);
    put_le16(kernel + 42, 32);
    put_le16(kernel + 44, 2);
    put_le32(load, 1);
    put_le32(load + 4, TEXT);
    put_le32(load + 8, 0xC0100000);
    put_le32(load + 12, 0x100000);
    put_le32(load + 16, 0x1000);
    put_le32(load + 20, 0x3000);
    put_le32(note, 4);
    put_le32(note + 4, NOTES);
    put_le32(note + 16, 0x100); /* all of them, and nothing after them */
    notes_end = NOTES;
}

struct parsed {
    struct capture capture;
    struct arena arena;
    struct next_kernel next;
    int error;
};

/* What the file says, and whether a PV guest can be made of it. */
static void parse(struct parsed *parsed, size_t size)
{
    struct source file = {.name = "(hd0)/vmlinux", .log = &parsed->capture.log};
    capture_open(&parsed->capture);
    testing_arena(&parsed->arena, 1 << 20);
    parsed->next = (struct next_kernel){0};
    parsed->error = elf_parse(&file, kernel, size, &parsed->arena, &parsed->next);
    if (parsed->error == 0) {
        parsed->error = next_check(&parsed->next, &parsed->capture.log);
    }
}

static void expect_refused(const char *name, int error, const char *words)
{
    struct parsed parsed;
    parse(&parsed, KERNEL_SIZE);
    assert_int_equal(parsed.error, error);
    expect_logged(&parsed.capture, name, words);
    testing_arena_close(&parsed.arena);
}

static void expect_accepted(void)
{
    struct parsed parsed;
    parse(&parsed, KERNEL_SIZE);
    assert_string_equal(parsed.capture.lines, "");
    assert_int_equal(parsed.error, 0);
    testing_arena_close(&parsed.arena);
}

static void good_kernel(void **state)
{
    (void)state;
    struct parsed parsed;
    put_number_note(15, UINT64_C(0x8000000000));
    put_number_note(16, 1);
    put_number_note(NOTE_HYPERCALL, VIRT_BASE + 0x101000);
    put_note(10, "!writable_page_tables|pae_pgdir_above_4gb|something", 52);
    parse(&parsed, KERNEL_SIZE);
    assert_string_equal(parsed.capture.lines, "");
    const struct next_kernel *next = &parsed.next;
    assert_int_equal(parsed.error, 0);
    assert_int_equal(next->segment_count, 2);
    assert_int_equal(next->segments[0].paddr, 0x100000);
    assert_ptr_equal(next->segments[1].bytes, kernel + TEXT + 0x1000);
    assert_int_equal(next->segments[1].memory_size, 0x3000);
    const struct kernel_pv *pv = &next->pv;
    assert_true(pv->virt_base == VIRT_BASE && pv->entry == VIRT_BASE + 0x100100);
    assert_true(pv->has_init_p2m && pv->init_p2m == UINT64_C(0x8000000000));
    assert_true(pv->mod_start_pfn && pv->has_hypercall_page);
    assert_false(pv->has_entry || next->pvh.has_entry);
    testing_arena_close(&parsed.arena);
}

static void legacy_text_of_netbsd(void **state)
{
    (void)state;
    static const char text[] =
        "GUEST_OS=NetBSD,GUEST_VER=4.99,XEN_VER=xen-3.0,LOADER=generic,"
        "VIRT_BASE=0xffffffff80000000,ELF_PADDR_OFFSET=0xffffffff80000000,"
        "VIRT_ENTRY=0xffffffff80100000,HYPERCALL_PAGE=0x00000101,BSD_SYMTAB=yes";
    struct parsed parsed;
    put_header(0, 1, TEXT, VIRT_BASE + 0x100000, 0x1000, 0x1000);
    put_header(1, 1, TEXT + 0x1000, VIRT_BASE + 0x101000, 0x800, 0x3000);
    put_header(2, 0, 0, 0, 0, 0);
    memcpy(kernel + NOTES, text, sizeof text);
    memcpy(kernel + 0x800, "\0__xen_guest", 13);
    put_le64(kernel + 40, 0x900); /* section headers: null, names, __xen_guest */
    put_le16(kernel + 58, 64);
    put_le16(kernel + 60, 3);
    put_le16(kernel + 62, 1);
    put_le64(kernel + 0x900 + 64 + 24, 0x800);
    put_le64(kernel + 0x900 + 64 + 32, 13);
    put_le32(kernel + 0x900 + 128, 1);
    put_le64(kernel + 0x900 + 128 + 24, NOTES);
    put_le64(kernel + 0x900 + 128 + 32, sizeof text);
    parse(&parsed, KERNEL_SIZE);
    assert_string_equal(parsed.capture.lines, "");
    assert_int_equal(parsed.error, 0);
    assert_int_equal(layout_address(&parsed.next, &parsed.next.segments[0]), 0x100000);
    assert_true(parsed.next.pv.entry == UINT64_C(0xffffffff80100000));
    assert_true(parsed.next.pv.hypercall_page == VIRT_BASE + 0x101000);
    testing_arena_close(&parsed.arena);
}

static void expect_pvh(uint32_t entry, uint32_t alignment, uint32_t minimum, uint32_t maximum)
{
    struct parsed parsed;
    parse(&parsed, KERNEL_SIZE);
    const struct kernel_pvh *pvh = &parsed.next.pvh;
    assert_true(pvh->has_entry);
    assert_int_equal(pvh->entry, entry);
    assert_int_equal(pvh->can_move, alignment != 0);
    assert_int_equal(pvh->alignment, alignment);
    assert_int_equal(pvh->minimum, minimum);
    assert_int_equal(pvh->maximum, maximum);
    testing_arena_close(&parsed.arena);
}

/* A kernel for both: its entry has 4 bytes or 8, its relocation up to three numbers. */
static void entry_for_pvh(void **state)
{
    (void)state;
    static const uint8_t relocation[12] = {0, 0, 0x40, 0, 0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0x7F};
    put_number_note(NOTE_ENTRY, VIRT_BASE + 0x100100);
    put_number_note(18, UINT64_C(0x100000850));
    expect_pvh(0x850, 0, 0, 0);
    put_note(18, "\x50\x08\0\1", 4);
    expect_pvh(0x1000850, 0, 0, 0);
    put_note(19, relocation, 0);
    expect_pvh(0x1000850, 0x200000, 0, UINT32_MAX);
    put_note(19, relocation, 4);
    expect_pvh(0x1000850, 0x400000, 0, UINT32_MAX);
    put_note(19, relocation, 12);
    expect_pvh(0x1000850, 0x400000, 0x1000000, 0x7FFFFFFF);
    expect_accepted();
    put_note(18, "\x50\x08", 2);
    expect_refused("2 bytes", ERR_CORRUPT, "neither 4 nor 8 bytes");
}

/* Under PV it has no 64-bit domain to live in; under PVH all start with 32 bits. */
static void kernel_of_32_bits(void **state)
{
    (void)state;
    struct parsed parsed;
    make_32_bits();
    put_note(5, "xen-3.0", 8);
    put_note(8, "generic", 8);
    expect_refused("i386", ERR_UNSUPPORTED,
                   "(hd0)/vmlinux: a 32-bit kernel, but this is a 64-bit domain");
    put_note(18, "\0\1\x10", 4);
    parse(&parsed, KERNEL_SIZE);
    expect_logged(&parsed.capture, "i386", "a kernel for PVH only");
    const struct next_kernel *next = &parsed.next;
    assert_int_equal(pvh_check(next, &parsed.capture.log), 0);
    assert_int_equal(next->pvh.entry, 0x100100);
    assert_int_equal(next->segment_count, 1);
    assert_int_equal(next->segments[0].paddr, 0x100000);
    assert_int_equal(next->segments[0].file_size, 0x1000);
    assert_int_equal(next->segments[0].memory_size, 0x3000);
    assert_ptr_equal(next->segments[0].bytes, kernel + TEXT);
    testing_arena_close(&parsed.arena);
    put_le16(kernel + 42, 56); /* headers as in a file of 64 bits */
    expect_refused("headers", ERR_CORRUPT, "program headers are not in it");
}

static void other_kernels_have_their_sentences(void **state)
{
    (void)state;
    put_le16(kernel + 18, 3);
    expect_refused("i386 of 64 bits", ERR_UNSUPPORTED, "a kernel for another kind of processor");
    put_le16(kernel + 18, 183);
    expect_refused("arm64", ERR_UNSUPPORTED, "a kernel for arm64, but this is an x86 machine");
    kernel[0] = 'M';
    memcpy(kernel + 56, "ARM\x64", 4);
    expect_refused("arm64 Image", ERR_UNSUPPORTED,
                   "a kernel for arm64, but this is an x86 machine");
    (void)make_good(NULL);
    kernel[0] = 'x';
    expect_refused("text", ERR_UNSUPPORTED, "no kernel: neither an ELF file nor a bzImage");
    (void)make_good(NULL);
    notes_end = NOTES;
    put_number_note(18, 0x1000850);
    expect_refused("PVH", ERR_UNSUPPORTED, "a kernel for PVH only");
    put_note(5, "xen-3.0", 8); /* as Linux and FreeBSD say it without PV */
    put_note(8, "generic", 8);
    expect_refused("PVH and loader", ERR_UNSUPPORTED, "a kernel for PVH only");
    put_number_note(NOTE_ENTRY, VIRT_BASE + 0x100100);
    put_number_note(3, VIRT_BASE);
    expect_accepted();
    put_header(2, 0, 0, 0, 0, 0);
    expect_refused("no notes", ERR_UNSUPPORTED, "does not know Xen");
}

static void lies_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        size_t offset;
        uint64_t value;
    } cases[] = {
        {"truncated: a segment of 65536 bytes", HEADERS + 32, 65536},
        {"truncated: a segment", HEADERS + 8, UINT64_MAX - 10},
        {"addresses or sizes", HEADERS + 40, 1},
        {"addresses or sizes", HEADERS + 24, UINT64_MAX - 0x10},
        {"addresses or sizes", HEADERS + 24, UINT64_C(1) << 52},
        {"addresses or sizes", HEADERS + 40, UINT64_MAX},
        {"two segments overlap", HEADERS + 56 + 24, 0x100800},
        {"two segments overlap", HEADERS + 56 + 24, 0x100000},
        {"program headers are not in it", 32, UINT64_MAX - 20},
        {"entry point is outside", 24, 0x1000},
        {"notes are damaged: they are past", HEADERS + 56 * 2 + 8, KERNEL_SIZE},
        {"notes are damaged: one is longer", NOTES + 4, 0x7FFFFFFF00000005},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)make_good(NULL);
        if (cases[i].offset == NOTES + 4) {
            put_le32(kernel + NOTES + 4, 0x7FFFFFFF);
        } else {
            put_le64(kernel + cases[i].offset, cases[i].value);
        }
        expect_refused(cases[i].words, ERR_CORRUPT, cases[i].words);
    }
    (void)make_good(NULL);
    put_number_note(NOTE_HYPERCALL, VIRT_BASE + 0x200000);
    expect_refused("hypercall page", ERR_CORRUPT, "hypercall page is outside");
    (void)make_good(NULL);
    put_note(10, "!teleportation", 15);
    expect_refused("feature", ERR_UNSUPPORTED, "needs \"teleportation\"");
    (void)make_good(NULL);
    put_note(NOTE_ENTRY, "abc", 3);
    expect_refused("number", ERR_CORRUPT, "neither 4 nor 8 bytes");
}

enum { SECTIONS = 0xA00, SYMBOLS = 0x500, STRINGS = 0x600, SYMBOLS_SIZE = 52, STRINGS_SIZE = 13 };

/* Sections: null, strings, symbols (linked with the strings). */
static void put_symbols(void)
{
    uint8_t *strings = kernel + SECTIONS + 64, *symbols = kernel + SECTIONS + 128;
    put_note(11, "yes", 4);
    put_le64(kernel + 40, SECTIONS);
    put_le16(kernel + 58, 64);
    put_le16(kernel + 60, 3);
    put_le32(strings + 4, 3);
    put_le64(strings + 24, STRINGS);
    put_le64(strings + 32, STRINGS_SIZE);
    put_le32(symbols + 4, 2);
    put_le64(symbols + 24, SYMBOLS);
    put_le64(symbols + 32, SYMBOLS_SIZE);
    put_le32(symbols + 40, 1);
    memset(kernel + SYMBOLS, 's', SYMBOLS_SIZE);
    memset(kernel + STRINGS, 't', STRINGS_SIZE);
}

/* The layout that tests/xen/probe finds when Xen's own builder starts it. */
static void symbols_of_a_bsd_kernel(void **state)
{
    (void)state;
    struct parsed parsed;
    put_header(1, 1, TEXT + 0x1000, 0x101000, 0x800, 0x3003);
    put_symbols();
    parse(&parsed, KERNEL_SIZE);
    assert_string_equal(parsed.capture.lines, "");
    assert_int_equal(parsed.next.segment_count, 3);
    const struct kernel_segment *table = &parsed.next.segments[2];
    const uint8_t *header = table->bytes + 4;
    assert_int_equal(table->paddr, 0x104008);
    assert_int_equal(table->memory_size, 264 + 56 + 16);
    assert_int_equal(table->file_size, table->memory_size);
    assert_int_equal(le32(table->bytes), 316 + STRINGS_SIZE); /* not rounded */
    assert_memory_equal(header, kernel, 20);
    assert_int_equal(le64(header + 40), 64);
    assert_int_equal(le16(header + 60), 3);
    assert_int_equal(le16(header + 56) | le16(header + 62) | le64(header + 32), 0);
    assert_int_equal(le64(header + 128 + 24), 260);
    assert_int_equal(le32(header + 128 + 40), 2);
    assert_int_equal(le64(header + 192 + 24), 316);
    assert_memory_equal(header + 260, kernel + SYMBOLS, SYMBOLS_SIZE);
    assert_memory_equal(header + 316, kernel + STRINGS, STRINGS_SIZE);
    testing_arena_close(&parsed.arena);
}

static void symbols_that_are_not_there(void **state)
{
    (void)state;
    put_symbols();
    put_le32(kernel + SECTIONS + 128 + 40, 9); /* no such section of strings */
    expect_accepted();
    (void)make_good(NULL);
    put_symbols();
    put_le64(kernel + SECTIONS + 128 + 32, KERNEL_SIZE);
    expect_refused("symbols", ERR_CORRUPT, "truncated: its symbol table is not in it");
    put_le64(kernel + SECTIONS + 128 + 32, UINT64_MAX - 3);
    expect_refused("symbols", ERR_CORRUPT, "truncated: its symbol table is not in it");
    (void)make_good(NULL);
    put_symbols();
    put_header(1, 1, TEXT + 0x1000, UINT64_MAX - 0x3002, 0x800, 0x3000);
    expect_refused("symbols", ERR_CORRUPT, "no address for its symbol table");
}

static void mutations_never_crash(void **state)
{
    (void)state;
    unsigned seed = 5;
    for (int round = 0; round < 20000; round++) {
        struct parsed parsed;
        (void)make_good(NULL);
        put_symbols();
        if (round % 4 == 0) {
            make_32_bits();
            put_note(18, "\0\1\x10", 4);
        }
        for (int i = 0; i < 4; i++) {
            size_t range = i % 2 == 0 ? HEADERS + 56 * 3 : 200;
            kernel[(i % 2 == 0 ? 16 : NOTES) + (size_t)rand_r(&seed) % (range - 16)] =
                (uint8_t)rand_r(&seed);
        }
        parse(&parsed,
              (size_t)rand_r(&seed) % 10 == 0 ? (size_t)rand_r(&seed) % KERNEL_SIZE : KERNEL_SIZE);
        assert_true(parsed.error == 0 || parsed.capture.lines[0] != '\0');
        if (parsed.error == 0) {
            struct layout layout;
            (void)layout_compute(&layout, &parsed.next, 64 << 8);
        }
        testing_arena_close(&parsed.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(good_kernel, make_good),
        cmocka_unit_test_setup(legacy_text_of_netbsd, make_good),
        cmocka_unit_test_setup(entry_for_pvh, make_good),
        cmocka_unit_test_setup(kernel_of_32_bits, make_good),
        cmocka_unit_test_setup(other_kernels_have_their_sentences, make_good),
        cmocka_unit_test_setup(lies_are_refused, make_good),
        cmocka_unit_test_setup(symbols_of_a_bsd_kernel, make_good),
        cmocka_unit_test_setup(symbols_that_are_not_there, make_good),
        cmocka_unit_test(mutations_never_crash),
    };
    return cmocka_run_group_tests_name("elf", tests, NULL, NULL);
}
