/* SPDX-License-Identifier: BSD-2-Clause */
/* The package of multiboot modules, byte by byte. */
#include "boot/modules.h"
#include "fs/source.h"
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
    struct machine machine;
    struct memory_source sources[PLAN_MODULES];
    struct modules modules;
};

static void open_fixture(struct fixture *fixture, uint64_t memory)
{
    *fixture = (struct fixture){.clock = {.milliseconds = now}};
    capture_open(&fixture->capture);
    testing_arena(&fixture->arena, ARENA_SIZE);
    fixture->machine =
        (struct machine){.arena = &fixture->arena, .clock = &fixture->clock, .memory = memory};
}

static void add(struct fixture *fixture, const void *bytes, size_t size, const char *path,
                const char *arguments, bool unpack)
{
    size_t index = fixture->modules.count++;
    memory_source_open(&fixture->sources[index], bytes, size, path, &fixture->capture.log);
    fixture->modules.modules[index] = (struct module){.source = &fixture->sources[index].source,
                                                      .path = path,
                                                      .arguments = arguments,
                                                      .unpack = unpack};
}

static void expect_module(const struct fixture *fixture, size_t index, const void *bytes,
                          size_t size, const char *text)
{
    const uint8_t *package = fixture->modules.package, *descriptor = package + index * DESCRIPTOR;
    uint32_t start = le32(descriptor), end = le32(descriptor + 4), words = le32(descriptor + 8);
    assert_int_equal(start % PAGE_SIZE, 0);
    assert_int_equal(end, start + size - 1);
    assert_int_equal(le32(descriptor + 12), 0);
    assert_true(words < fixture->modules.size);
    assert_memory_equal(package + start, bytes, size);
    assert_string_equal((const char *)package + words, text);
}

static void modules_and_their_words(void **state)
{
    (void)state;
    struct fixture fixture;
    uint8_t *large = calloc(1, 10000);
    open_fixture(&fixture, ARENA_SIZE);
    add(&fixture, large, 10000, "(hd0)/boot/one", "", true);
    add(&fixture, packed, sizeof packed, "/two.gz", "root=x  ro", true);
    add(&fixture, packed, sizeof packed, "/three.gz", "", false);
    assert_int_equal(modules_load(&fixture.modules, &fixture.machine, false, &fixture.capture.log),
                     0);
    assert_string_equal(fixture.capture.lines, "");
    expect_module(&fixture, 0, large, 10000, "(hd0)/boot/one");
    expect_module(&fixture, 1, "a module, unpacked", 18, "/two.gz root=x  ro");
    expect_module(&fixture, 2, packed, sizeof packed, "/three.gz");
    assert_int_equal(le32(fixture.modules.package + 3 * DESCRIPTOR), 0);
    assert_int_equal(fixture.modules.size, (1 + 3 + 1 + 1 + 1 + 1 + 1) * PAGE_SIZE);
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
    add(&fixture, damaged, sizeof damaged, "(hd0)/bad.gz", "", true);
    assert_int_equal(modules_load(&fixture.modules, &fixture.machine, false, &fixture.capture.log),
                     ERR_CORRUPT);
    expect_logged(&fixture.capture, "damaged", "(hd0)/bad.gz: its gzip data is damaged");
    testing_arena_close(&fixture.arena);

    open_fixture(&fixture, 2 << 20);
    add(&fixture, packed, 3 << 20, "(hd0)/large", "", false);
    assert_int_equal(modules_load(&fixture.modules, &fixture.machine, false, &fixture.capture.log),
                     ERR_TOO_LARGE);
    expect_logged(&fixture.capture, "large",
                  "(hd0)/large: the modules are larger than the domain's 2 MiB");
    testing_arena_close(&fixture.arena);

    open_fixture(&fixture, UINT64_MAX);
    add(&fixture, packed, (size_t)5 << 30, "(hd0)/huge", "", false);
    assert_int_equal(modules_load(&fixture.modules, &fixture.machine, false, &fixture.capture.log),
                     ERR_TOO_LARGE);
    testing_arena_close(&fixture.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modules_and_their_words),
        cmocka_unit_test(too_large_or_damaged),
    };
    return cmocka_run_group_tests_name("modules", tests, NULL, NULL);
}
