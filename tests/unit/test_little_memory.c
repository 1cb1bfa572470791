/* SPDX-License-Identifier: BSD-2-Clause */
/* The boot loader in domains that are too small for what is on their disks, or for itself. */
#include <setjmp.h>
#include <stddef.h>

#include "boot/main.h"
#include "boot/trace.h"
#include "pvops/clock.h"
#include "pvops/console.h"
#include "pvops/machine.h"
#include "pvops/power.h"
#include "pvops/wait.h"
#include "tests/unit/fake_disk.h"

enum { OUTPUT_SIZE = 1 << 16, DISK_SIZE = 64 << 10, DISKS = 2 };

/* A person who reads, and types `keys`; then the machine is switched off. */
struct fixture {
    struct console console; /* first: a struct console * is a struct fixture * */
    struct clock clock;
    struct power power;
    struct waiter waiter;
    uint64_t now; /* microseconds */
    struct capture capture;
    struct arena arena;
    struct fake_disk disks[DISKS];
    struct disk *table[DISKS];
    struct trace trace;
    struct memory_range ram;
    struct machine machine;
    const char *keys;
    char output[OUTPUT_SIZE];
    size_t length;
};

static void write_console(struct console *console, const char *bytes, size_t length)
{
    struct fixture *fixture = (struct fixture *)console;
    assert_true(length < OUTPUT_SIZE - fixture->length);
    memcpy(fixture->output + fixture->length, bytes, length);
    fixture->length += length;
}

static int read_console(struct console *console)
{
    struct fixture *fixture = (struct fixture *)console;
    return *fixture->keys == '\0' ? ERR_NOT_FOUND : (unsigned char)*fixture->keys++;
}

static bool interrupted(struct console *console)
{
    (void)console;
    return false;
}

static uint64_t microseconds(struct clock *clock)
{
    return ((struct fixture *)((char *)clock - offsetof(struct fixture, clock)))->now;
}

static uint64_t milliseconds(struct clock *clock)
{
    return microseconds(clock) / WAIT_MILLISECOND;
}

static void sleep_until(struct waiter *waiter, uint64_t deadline)
{
    ((struct fixture *)((char *)waiter - offsetof(struct fixture, waiter)))->now = deadline;
}

static enum power_request requested(struct power *power)
{
    (void)power;
    return POWER_OFF;
}

static jmp_buf switched_off;

static void off(struct power *power)
{
    (void)power;
    longjmp(switched_off, 1);
}

static void open_fixture(struct fixture *fixture, size_t memory, const char *keys)
{
    static uint8_t blank[DISK_SIZE];
    *fixture =
        (struct fixture){.console = {.columns = 80,
                                     .rows = 24,
                                     .size_known = true,
                                     .write = write_console,
                                     .read = read_console,
                                     .interrupted = interrupted},
                         .clock = {.milliseconds = milliseconds, .microseconds = microseconds},
                         .power = {.requested = requested, .off = off},
                         .ram = {.length = 8 << 20, .kind = MEMORY_RAM},
                         .keys = keys};
    capture_open(&fixture->capture);
    fixture->waiter = (struct waiter){.sleep = sleep_until,
                                      .clock = &fixture->clock,
                                      .console = &fixture->console,
                                      .power = &fixture->power,
                                      .log = &fixture->capture.log};
    testing_arena(&fixture->arena, memory);
    for (unsigned i = 0; i < DISKS; i++) {
        fake_open(&fixture->disks[i], blank, DISK_SIZE, 512);
        fixture->table[i] = &fixture->disks[i].disk;
    }
    fixture->machine = (struct machine){.arena = &fixture->arena,
                                        .log = &fixture->capture.log,
                                        .console = &fixture->console,
                                        .clock = &fixture->clock,
                                        .power = &fixture->power,
                                        .waiter = &fixture->waiter,
                                        .trace = &fixture->trace,
                                        .disks = fixture->table,
                                        .disk_count = DISKS,
                                        .command_line = "",
                                        .memory = {.ranges = &fixture->ram, .count = 1}};
}

/* Returns the error with which it ended; 0: somebody switched it off. */
static int run(struct fixture *fixture)
{
    return setjmp(switched_off) != 0 ? 0 : boot_main(&fixture->machine);
}

/* Whatever the memory is, there is a prompt, or a line that says why not. */
static void there_is_a_prompt_or_a_reason(void **state)
{
    (void)state;
    static struct fixture fixture;
    unsigned without = 0, without_disks = 0, with_disks = 0;
    for (size_t memory = 64 << 10; memory <= 8 << 20; memory += 64 << 10) {
        open_fixture(&fixture, memory, "displaymem\r");
        if (run(&fixture) != 0) {
            expect_logged(&fixture.capture, "none",
                          "the domain's memory is too small for pvboot itself");
            without++;
        } else if (strstr(fixture.capture.lines, "too small for a menu") != NULL) {
            expect_logged(
                &fixture.capture, "no disks",
                "The domain's 8 MiB of memory are too small for a menu from its 2 disks.");
            assert_non_null(strstr(fixture.output, "8 MiB"));
            without_disks++;
        } else {
            expect_logged(&fixture.capture, "disks", "No menu was found");
            with_disks++;
        }
        testing_arena_close(&fixture.arena);
    }
    assert_true(without > 0 && without_disks > 0 && with_disks > 0);
}

/* What there is no memory for is looked for again when somebody asks. */
static void menu_looks_again(void **state)
{
    (void)state;
    static struct fixture fixture;
    open_fixture(&fixture, 1 << 20, "menu\rmenu\r");
    assert_int_equal(run(&fixture), 0);
    const char *line = fixture.capture.lines;
    for (unsigned i = 0; i < 3; i++) {
        line = strstr(line, "too small for a menu");
        assert_non_null(line);
        line++;
    }
    testing_arena_close(&fixture.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_is_a_prompt_or_a_reason),
        cmocka_unit_test(menu_looks_again),
    };
    return cmocka_run_group_tests_name("little memory", tests, NULL, NULL);
}
