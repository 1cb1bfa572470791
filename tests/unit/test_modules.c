/* SPDX-License-Identifier: BSD-2-Clause */
/* Multiboot modules: read and unpacked, and their package for a PV guest. */
#include "boot/modules.h"
#include "boot/plan.h"
#include "fs/source.h"
#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pv/next/check.h"
#include "hypervisor/xen-pv/next/modules.h"
#include "lib/bytes.h"
#include "pvops/clock.h"
#include "pvops/console.h"
#include "pvops/machine.h"
#include "tests/unit/testing.h"

enum { ARENA_SIZE = 16 << 20, DESCRIPTOR = 16 };

/* "a module, unpacked" as `gzip -9n` packs it. */
static const uint8_t packed[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
                                 0x4b, 0x54, 0xc8, 0xcd, 0x4f, 0x29, 0xcd, 0x49, 0xd5, 0x51,
                                 0x28, 0xcd, 0x2b, 0x48, 0x4c, 0xce, 0x4e, 0x4d, 0x01, 0x00,
                                 0xf2, 0xc2, 0x70, 0x21, 0x12, 0x00, 0x00, 0x00};

static uint64_t now(struct clock *clock)
{
    (void)clock;
    return 0;
}

struct fixture {
    struct capture capture;
    struct arena arena;
    struct clock clock;
    struct memory_range ram;
    struct machine machine;
    struct file files[PLAN_MODULES];
    struct memory_source sources[PLAN_MODULES];
    struct plan plan;
    struct next_kernel next;
};

static void open_fixture(struct fixture *fixture, uint64_t memory)
{
    *fixture = (struct fixture){.clock = {.milliseconds = now},
                                .ram = {.length = memory, .kind = MEMORY_RAM}};
    capture_open(&fixture->capture);
    testing_arena(&fixture->arena, ARENA_SIZE);
    fixture->machine = (struct machine){.arena = &fixture->arena,
                                        .clock = &fixture->clock,
                                        .memory = {.ranges = &fixture->ram, .count = 1}};
}

static int where(const struct source *file, uint64_t offset, struct extent *extent)
{
    const struct source *memory = (const struct source *)((const struct file *)file)->node;
    return memory->where(memory, offset, extent);
}

static void add(struct fixture *fixture, const void *bytes, size_t size, const char *path,
                const char *arguments, bool as_it_is)
{
    size_t index = fixture->plan.module_count++;
    struct memory_source *memory = &fixture->sources[index];
    memory_source_open(memory, bytes, size, path, &fixture->capture.log);
    fixture->files[index] = (struct file){.source = memory->source, .node = (struct node *)memory};
    fixture->files[index].source.where = where;
    fixture->plan.modules[index] =
        (struct plan_module){.path = path, .arguments = arguments, .as_it_is = as_it_is};
}

static int load(struct fixture *fixture)
{
    return modules_load(&fixture->next, &fixture->plan, fixture->files, &fixture->machine, false);
}

static void expect_module(const struct fixture *fixture, size_t index, const void *bytes,
                          size_t size, const char *text)
{
    const struct kernel_module *module = &fixture->next.modules[index];
    assert_int_equal((uintptr_t)module->bytes % PAGE_SIZE, 0);
    assert_int_equal(module->size, size);
    assert_memory_equal(module->bytes, bytes, size);
    assert_string_equal(module->command_line, text);
}

static void modules_and_their_words(void **state)
{
    (void)state;
    struct fixture fixture;
    uint8_t *large = calloc(1, 10000);
    open_fixture(&fixture, ARENA_SIZE);
    add(&fixture, large, 10000, "(hd0)/boot/one", "", false);
    add(&fixture, packed, sizeof packed, "/two.gz", "root=x  ro", false);
    add(&fixture, packed, sizeof packed, "/three.gz", "", true);
    assert_int_equal(load(&fixture), 0);
    assert_string_equal(fixture.capture.lines, "");
    assert_int_equal(fixture.next.module_count, 3);
    expect_module(&fixture, 0, large, 10000, "(hd0)/boot/one");
    expect_module(&fixture, 1, "a module, unpacked", 18, "/two.gz root=x  ro");
    expect_module(&fixture, 2, packed, sizeof packed, "/three.gz");
    testing_arena_close(&fixture.arena);
    free(large);
}

static void too_large_or_damaged(void **state)
{
    (void)state;
    struct fixture fixture;
    uint8_t damaged[sizeof packed];
    memcpy(damaged, packed, sizeof packed);
    damaged[15] ^= 4;
    open_fixture(&fixture, ARENA_SIZE);
    add(&fixture, damaged, sizeof damaged, "(hd0)/bad.gz", "", false);
    assert_int_equal(load(&fixture), ERR_CORRUPT);
    expect_logged(&fixture.capture, "damaged", "(hd0)/bad.gz: its gzip data is damaged");
    testing_arena_close(&fixture.arena);

    open_fixture(&fixture, 2 << 20);
    add(&fixture, packed, 3 << 20, "(hd0)/large", "", true);
    assert_int_equal(load(&fixture), ERR_TOO_LARGE);
    expect_logged(&fixture.capture, "large", "(hd0)/large: larger than the domain's 2 MiB");
    testing_arena_close(&fixture.arena);

    open_fixture(&fixture, UINT64_MAX);
    add(&fixture, packed, (size_t)5 << 30, "(hd0)/huge", "", true);
    assert_int_equal(load(&fixture), ERR_NO_MEMORY);
    expect_logged(&fixture.capture, "huge", "(hd0)/huge: no memory for its 5120 MiB");
    testing_arena_close(&fixture.arena);
}

/* ---- the package ---------------------------------------------------------------------------- */

static void each_piece_begins_at_a_page(void **state)
{
    (void)state;
    char long_text[5000];
    memset(long_text, 'x', sizeof long_text);
    long_text[sizeof long_text - 1] = '\0';
    const struct kernel_module modules[] = {{.size = 10000, .command_line = "/one"},
                                            {.size = 0, .command_line = long_text},
                                            {.size = 4096, .command_line = ""}};
    static const uint32_t expected[][3] = {
        {0x1000, 0x1000 + 9999, 0x4000}, {0x5000, 0x4fff, 0x5000}, {0x7000, 0x7fff, 0x8000}};
    struct next_kernel next = {.modules = modules, .module_count = 3};
    uint8_t page[PAGE_SIZE] = {0};
    uint64_t end = PAGE_SIZE;
    for (unsigned i = 0; i < 3; i++) {
        struct module_place place = modules_place(&modules[i], end);
        modules_describe(page, i, &modules[i], &place);
        for (unsigned j = 0; j < 3; j++) {
            assert_int_equal(le32(page + (size_t)i * DESCRIPTOR + j * 4), expected[i][j]);
        }
        end = place.end;
    }
    assert_int_equal(le32(page + 3 * DESCRIPTOR), 0);
    assert_int_equal(end, 0x9000);
    assert_int_equal(modules_size(&next), end);
    next.module_count = 0;
    assert_int_equal(modules_size(&next), 0);
}

static void a_package_has_32_bit_addresses(void **state)
{
    (void)state;
    struct capture capture;
    struct kernel_module modules[] = {{.size = 3U << 30, .command_line = "/one"},
                                      {.size = 1U << 30, .command_line = "/two"}};
    struct kernel_segment segment = {.paddr = 0x100000, .memory_size = PAGE_SIZE};
    struct next_kernel next = {
        .name = "(hd0)/kernel",
        .xen = {.found = true, .loader = "generic", .xen_version = "xen-3.0"},
        .pv = {.entry = 0x100000},
        .segments = &segment,
        .segment_count = 1,
        .modules = modules,
        .module_count = 1};
    capture_open(&capture);
    assert_int_equal(next_check(&next, &capture.log), 0);
    next.module_count = 2;
    assert_int_equal(next_check(&next, &capture.log), ERR_TOO_LARGE);
    expect_logged(&capture, "large", "(hd0)/kernel: its modules are larger than 4 GiB");
    modules[1].size = UINT64_MAX;
    assert_int_equal(next_check(&next, &capture.log), ERR_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modules_and_their_words),
        cmocka_unit_test(too_large_or_damaged),
        cmocka_unit_test(each_piece_begins_at_a_page),
        cmocka_unit_test(a_package_has_32_bit_addresses),
    };
    return cmocka_run_group_tests_name("modules", tests, NULL, NULL);
}
