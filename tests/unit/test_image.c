/* SPDX-License-Identifier: BSD-2-Clause */
/* Which of its ways a kernel file is read for, where a machine enters PV kernels, flat ones, or both. */
#include <zlib.h>

#include "boot/image/image.h"
#include "fs/source.h"
#include "hypervisor/next_kernel.h"
#include "lib/bytes.h"
#include "lib/progress.h"
#include "tests/unit/testing.h"

enum { SIZE = 0x4000, SETUP = 1024, ELF_SIZE = 0x1000, NOTES = 0x200, TEXT = 0x800 };
enum { PV_ENTRY = 1, PVH_ENTRY = 18 };

static uint8_t elf[ELF_SIZE], file[SIZE];
static size_t file_size;

struct loaded_file {
    struct capture capture;
    struct arena arena;
    struct next_kernel next;
    const char *format;
    int error;
};

static void advanced(struct progress *progress, uint64_t bytes)
{
    (void)progress;
    (void)bytes;
}

static void load(struct loaded_file *loaded, bool enters_pv, bool enters_flat, unsigned multiboot)
{
    struct memory_source source;
    struct progress progress = {.advanced = advanced};
    const struct image_terms terms = {.size_limit = 1 << 20,
                                      .enters_pv = enters_pv,
                                      .enters_flat = enters_flat,
                                      .multiboot = multiboot};
    capture_open(&loaded->capture);
    testing_arena(&loaded->arena, 4 << 20);
    loaded->next = (struct next_kernel){0};
    memory_source_open(&source, file, file_size, "(hd0)/kernel", &loaded->capture.log);
    loaded->error = image_load(&source.source, &terms, &loaded->arena, &progress, &loaded->next,
                               &loaded->format);
}

/* An ELF file of a segment, and one of Xen's notes (0: none). */
static void make_elf(uint32_t note)
{
    memset(elf, 0, sizeof elf);
    memcpy(elf,
           "\x7F"
           "ELF\2\1\1",
           7);
    put_le16(elf + 18, 62);
    put_le64(elf + 24, 0x100000);
    put_le64(elf + 32, 64);
    put_le16(elf + 54, 56);
    put_le16(elf + 56, note != 0 ? 2 : 1);
    put_le32(elf + 64, 1);
    put_le64(elf + 64 + 8, TEXT);
    put_le64(elf + 64 + 16, 0x100000);
    put_le64(elf + 64 + 24, 0x100000);
    put_le64(elf + 64 + 32, 0x400);
    put_le64(elf + 64 + 40, 0x400);
    put_le32(elf + 120, 4);
    put_le64(elf + 120 + 8, NOTES);
    put_le64(elf + 120 + 32, 20);
    put_le32(elf + NOTES, 4);
    put_le32(elf + NOTES + 4, 4);
    put_le32(elf + NOTES + 8, note);
    memcpy(elf + NOTES + 12, "Xen", 4);
    put_le32(elf + NOTES + 16, 0x100000);
}

static void put_multiboot(uint8_t *header)
{
    put_le32(header, 0x1BADB002);
    put_le32(header + 8, 0U - 0x1BADB002);
}

static void make_plain(uint32_t note)
{
    make_elf(note);
    memcpy(file, elf, sizeof elf);
    file_size = sizeof elf;
}

/* A bzImage of this ELF file, packed as gzip does it, or in a way that nobody knows. */
static void make_bzimage(uint32_t note, bool is_known)
{
    z_stream stream = {.avail_in = sizeof elf, .next_in = elf, .avail_out = SIZE - SETUP};
    make_elf(note);
    memset(file, 0, sizeof file);
    file[0x1F1] = 1;
    put_le16(file + 0x1FE, 0xAA55);
    memcpy(file + 0x202, "HdrS\x0F\2", 6);
    put_le64(file + 0x258, 0x1000000);
    stream.next_out = file + SETUP;
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    put_le32(file + 0x24C, (uint32_t)stream.total_out);
    file_size = SETUP + stream.total_out;
    (void)deflateEnd(&stream);
    file[SETUP] = is_known ? file[SETUP] : 'x';
}

static void a_bzimage_with_pvh_entry(void **state)
{
    (void)state;
    struct loaded_file loaded;
    make_bzimage(PVH_ENTRY, true);
    load(&loaded, false, true, 0);
    assert_int_equal(loaded.error, 0);
    assert_true(loaded.next.pvh.has_entry);
    assert_null(loaded.next.bzimage.code.bytes);
    assert_int_equal(loaded.next.segment_count, 1);
    assert_string_equal(loaded.format, "bzImage, gzip");
    testing_arena_close(&loaded.arena);
}

static void a_bzimage_without_pvh_entry(void **state)
{
    (void)state;
    struct loaded_file loaded;
    make_bzimage(PV_ENTRY, true);
    load(&loaded, false, true, 0); /* only the file as it is is left */
    assert_int_equal(loaded.error, 0);
    assert_int_equal(loaded.next.segment_count, 0);
    assert_int_equal(loaded.next.bzimage.code.file_size, file_size - SETUP);
    assert_memory_equal(loaded.next.bzimage.code.bytes, file + SETUP, file_size - SETUP);
    assert_string_equal(loaded.format, "bzImage");
    assert_string_equal(loaded.next.name, "(hd0)/kernel");
    testing_arena_close(&loaded.arena);
    load(&loaded, true, true, 0); /* who looks at a file for both has both */
    assert_int_equal(loaded.next.segment_count, 1);
    assert_non_null(loaded.next.bzimage.code.bytes);
    assert_string_equal(loaded.format, "bzImage, gzip");
    testing_arena_close(&loaded.arena);
    load(&loaded, true, false, 0);
    assert_int_equal(loaded.next.segment_count, 1);
    assert_null(loaded.next.bzimage.code.bytes);
    testing_arena_close(&loaded.arena);
}

static void a_bzimage_packed_in_an_unknown_way(void **state)
{
    (void)state;
    struct loaded_file loaded;
    make_bzimage(PV_ENTRY, false);
    load(&loaded, false, true, 0);
    assert_int_equal(loaded.error, 0);
    assert_non_null(loaded.next.bzimage.code.bytes);
    testing_arena_close(&loaded.arena);
    load(&loaded, true, false, 0);
    assert_int_equal(loaded.error, ERR_UNSUPPORTED);
    expect_logged(&loaded.capture, "packing", "packed in a way that is not known");
    testing_arena_close(&loaded.arena);
}

/* Xen's own notes come first, unless multiboot is asked for; a PV domain knows nothing of it. */
static void a_multiboot_header(void **state)
{
    (void)state;
    static const struct {
        uint32_t note;
        bool enters_flat;
        unsigned asked, version;
    } cases[] = {{0, true, 0, 1},        {0, true, 2, 1},        {0, false, 1, 0},
                 {PV_ENTRY, true, 0, 0}, {PV_ENTRY, true, 1, 1}, {PVH_ENTRY, true, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct loaded_file loaded;
        make_plain(cases[i].note);
        put_multiboot(file + TEXT);
        load(&loaded, !cases[i].enters_flat, cases[i].enters_flat, cases[i].asked);
        assert_int_equal(loaded.error, 0);
        assert_int_equal(loaded.next.multiboot.version, cases[i].version);
        assert_int_equal(loaded.next.entry_paddr, 0x100000);
        testing_arena_close(&loaded.arena);
    }
}

static void a_multiboot_kernel_that_is_no_elf_file(void **state)
{
    (void)state;
    struct loaded_file loaded;
    memset(file, 0, sizeof file);
    put_multiboot(file + 0x20);
    put_le32(file + 0x24, 0x10000);
    put_le32(file + 0x28, 0U - 0x1BADB002 - 0x10000);
    put_le32(file + 0x2C, 0x100020);
    put_le32(file + 0x30, 0x100000);
    file_size = 0x2000;
    load(&loaded, false, true, 0);
    assert_int_equal(loaded.error, 0);
    assert_string_equal(loaded.format, "multiboot");
    assert_int_equal(loaded.next.multiboot.image.memory_size, file_size);
    testing_arena_close(&loaded.arena);
    load(&loaded, true, false, 0);
    assert_int_equal(loaded.error, ERR_UNSUPPORTED);
    expect_logged(&loaded.capture, "PV", "no kernel: neither an ELF file nor a bzImage");
    testing_arena_close(&loaded.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bzimage_with_pvh_entry),
        cmocka_unit_test(a_bzimage_without_pvh_entry),
        cmocka_unit_test(a_bzimage_packed_in_an_unknown_way),
        cmocka_unit_test(a_multiboot_header),
        cmocka_unit_test(a_multiboot_kernel_that_is_no_elf_file),
    };
    return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
