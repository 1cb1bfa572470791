/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting: for what is typed, and for disks that say nothing, by a clock that nobody waits for. */
#include "fs/cache.h"
#include "fs/source.h"
#include "fs/stream.h"
#include "pvops/console.h"
#include "pvops/power.h"
#include "tests/unit/fake_disk.h"

enum { SIZE = 1 << 20, CONTROL_C = 3 };

static uint8_t bytes[SIZE];

struct fixture {
    struct fake_disk fake;
    struct console console;
    struct power power;
    struct arena arena;
    struct disk_source source;
    struct capture capture;
    const char *typed;
    uint64_t typed_at; /* microseconds */
    unsigned asked;    /* the host, so often */
    unsigned obeyed;   /* likewise */
    uint64_t shut_at;  /* microseconds: the host asks for an end; 0: never */
    uint64_t save_at;  /* microseconds: the host asks to save it, until it is; 0: never */
};

static struct fixture *of_console(struct console *console)
{
    return (struct fixture *)((char *)console - offsetof(struct fixture, console));
}

static struct fixture *of_power(struct power *power)
{
    return (struct fixture *)((char *)power - offsetof(struct fixture, power));
}

static int read_byte(struct console *console)
{
    struct fixture *fixture = of_console(console);
    bool there = fixture->fake.now >= fixture->typed_at && fixture->typed[0] != '\0';
    return there ? *fixture->typed++ : ERR_NOT_FOUND;
}

static bool interrupted(struct console *console)
{
    struct fixture *fixture = of_console(console);
    const char *found = strchr(fixture->typed, CONTROL_C);
    if (found == NULL || fixture->fake.now < fixture->typed_at) {
        return false;
    }
    fixture->typed = found + 1;
    return true;
}

static enum power_request requested(struct power *power)
{
    struct fixture *fixture = of_power(power);
    fixture->asked++;
    bool ends = fixture->shut_at != 0 && fixture->fake.now >= fixture->shut_at;
    bool is_saved = fixture->save_at != 0 && fixture->fake.now >= fixture->save_at;
    return ends ? POWER_OFF : is_saved ? POWER_SUSPEND : POWER_NONE;
}

static void suspend(struct power *power)
{
    of_power(power)->save_at = 0;
}

static void off(struct power *power)
{
    of_power(power)->obeyed++;
}

static void open_fixture(struct fixture *fixture)
{
    *fixture = (struct fixture){.typed = ""};
    capture_open(&fixture->capture);
    testing_arena(&fixture->arena, 8 << 20);
    fake_open(&fixture->fake, bytes, SIZE, 512);
    fixture->console = (struct console){.read = read_byte, .interrupted = interrupted};
    fixture->power = (struct power){.requested = requested, .suspend = suspend, .off = off};
    fixture->fake.waiter.console = &fixture->console;
    fixture->fake.waiter.power = &fixture->power;
    fixture->fake.disk.arena = &fixture->arena;
    disk_source_open(&fixture->source, &fixture->fake.disk, &fixture->capture.log);
}

static int read_all(struct fixture *fixture)
{
    size_t mark = arena_mark(&fixture->arena);
    uint8_t *buffer = arena_pages(&fixture->arena, SIZE);
    int error = source_read(&fixture->source.source, 0, buffer, SIZE);
    arena_release(&fixture->arena, mark);
    return error;
}

/* ---- what is typed -------------------------------------------------------------------------- */

static void a_byte_comes_or_does_not(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    fixture.typed = "ab";
    fixture.typed_at = 3 * WAIT_SECOND;
    assert_int_equal(wait_byte(&fixture.fake.waiter, WAIT_SECOND), ERR_TIMEOUT);
    assert_int_equal(fixture.fake.now, WAIT_SECOND);
    assert_int_equal(wait_byte(&fixture.fake.waiter, WAIT_FOREVER), 'a');
    assert_int_equal(wait_byte(&fixture.fake.waiter, 0), 'b');
    assert_int_equal(wait_byte(&fixture.fake.waiter, 0), ERR_TIMEOUT);
    testing_arena_close(&fixture.arena);
}

static void the_host_is_asked_four_times_a_second(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    fixture.shut_at = 9 * WAIT_SECOND;
    assert_int_equal(wait_byte(&fixture.fake.waiter, 10 * WAIT_SECOND), ERR_TIMEOUT);
    assert_in_range(fixture.asked, 39, 41);
    assert_in_range(fixture.obeyed, 4, 5);
    testing_arena_close(&fixture.arena);
}

static void a_machine_is_saved_while_a_byte_is_waited_for(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    fixture.save_at = 3 * WAIT_SECOND;
    assert_int_equal(wait_byte(&fixture.fake.waiter, 10 * WAIT_SECOND), ERR_TIMEOUT);
    assert_true(fixture.fake.waiter.resumed);
    assert_in_range(fixture.fake.now, 3 * WAIT_SECOND, 3 * WAIT_SECOND + WAIT_SECOND / 4);
    testing_arena_close(&fixture.arena);
}

/* ---- disks that say nothing ----------------------------------------------------------------- */

static void a_disk_that_answers_is_not_talked_about(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    assert_int_equal(read_all(&fixture), 0);
    assert_string_equal(fixture.fake.said.lines, "");
    assert_int_equal(fixture.asked, 0); /* that would cost the store a question */
    testing_arena_close(&fixture.arena);
}

static void patience_ends(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    fixture.fake.silent = true;
    fixture.typed = "x"; /* the next kernel's */
    assert_int_equal(read_all(&fixture), ERR_TIMEOUT);
    assert_int_equal(fixture.fake.now, 120 * WAIT_SECOND);
    assert_int_equal(fixture.fake.given_up, 1);
    assert_int_equal(fixture.fake.in_flight, 0);
    assert_string_equal(fixture.fake.said.lines,
                        "hd0 (fake): the backend has not answered for 5 s; ^C gives up\n"
                        "hd0 (fake): the backend has not answered for 10 s; ^C gives up\n"
                        "hd0 (fake): the backend has not answered for 20 s; ^C gives up\n"
                        "hd0 (fake): the backend has not answered for 40 s; ^C gives up\n"
                        "hd0 (fake): the backend has not answered for 80 s; ^C gives up\n"
                        "hd0 (fake): the backend has not answered for 120 s: given up\n");
    assert_string_equal(fixture.capture.lines,
                        "hd0: cannot read hd0 (fake) at sector 0: timed out\n");
    assert_string_equal(fixture.typed, "x");
    testing_arena_close(&fixture.arena);
}

static void a_person_gives_up(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    fixture.fake.waiter.patience = WAIT_FOREVER;
    fixture.fake.silent = true;
    fixture.typed = "x\3y";
    fixture.typed_at = 30 * WAIT_SECOND;
    assert_int_equal(read_all(&fixture), ERR_CANCELLED);
    assert_int_equal(fixture.fake.now, 30 * WAIT_SECOND);
    expect_logged(&fixture.fake.said, "the end", "has not answered for 30 s: given up");
    expect_logged(&fixture.capture, "the read", "at sector 0: cancelled");
    assert_string_equal(fixture.typed, "y");
    testing_arena_close(&fixture.arena);
}

/* Typed before anybody was asked to: it counts once the first line is there. */
static void giving_up_is_offered_first(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    fixture.fake.silent = true;
    fixture.typed = "\3";
    assert_int_equal(read_all(&fixture), ERR_CANCELLED);
    assert_int_equal(fixture.fake.now, 5 * WAIT_SECOND);
    testing_arena_close(&fixture.arena);
}

static void the_host_is_obeyed_while_a_disk_is_waited_for(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    fixture.fake.silent = true;
    fixture.shut_at = 60 * WAIT_SECOND;
    assert_int_equal(read_all(&fixture), ERR_TIMEOUT);
    assert_true(fixture.obeyed > 0);
    testing_arena_close(&fixture.arena);
}

static void no_machine_is_saved_while_a_disk_is_waited_for(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    fixture.fake.silent = true;
    fixture.save_at = 60 * WAIT_SECOND;
    assert_int_equal(read_all(&fixture), ERR_TIMEOUT);
    assert_int_equal(fixture.save_at, 60 * WAIT_SECOND); /* it is still asked for */
    assert_false(fixture.fake.waiter.resumed);
    testing_arena_close(&fixture.arena);
}

static void a_disk_that_was_given_up_can_come_back(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    fixture.fake.silent = true;
    assert_int_equal(read_all(&fixture), ERR_TIMEOUT);
    fixture.fake.silent = false;
    assert_int_equal(read_all(&fixture), 0);
    testing_arena_close(&fixture.arena);
}

/* Other disks have all grants: nothing of ours is in flight, and there is no room. */
static void room_is_waited_for_and_not_spun_for(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    fixture.fake.room_after = 5;
    assert_int_equal(read_all(&fixture), 0);
    fixture.fake.room_after = UINT32_MAX;
    assert_int_equal(read_all(&fixture), ERR_TIMEOUT);
    assert_in_range(fixture.fake.sleeps, 10, 1000);
    testing_arena_close(&fixture.arena);
}

/* ---- what stays lent ------------------------------------------------------------------------ */

static void memory_that_is_lent_is_kept(void **state)
{
    (void)state;
    struct arena arena;
    testing_arena(&arena, 8 * PAGE_SIZE);
    size_t mark = arena_mark(&arena);
    uint8_t *lent = arena_pages(&arena, 2 * PAGE_SIZE);
    (void)arena_pages(&arena, PAGE_SIZE);
    arena_hold(&arena, lent + 2 * PAGE_SIZE);
    arena_release(&arena, mark);
    assert_ptr_equal(arena_pages(&arena, PAGE_SIZE), lent + 2 * PAGE_SIZE);
    arena_hold_nothing(&arena);
    arena_release(&arena, mark);
    assert_ptr_equal(arena_pages(&arena, PAGE_SIZE), lent);
    testing_arena_close(&arena);
}

/* A disk writes into a line of the cache long after it was given up. */
static void a_line_that_is_lent_holds_nothing_else(void **state)
{
    (void)state;
    static struct fixture fixture;
    static struct fake_disk other;
    static uint8_t others[SIZE];
    struct disk_source second;
    uint8_t byte;
    open_fixture(&fixture);
    struct cache *cache = cache_create(&fixture.arena);
    memset(others, 0xA5, sizeof others);
    fake_open(&other, others, SIZE, 512);
    disk_source_open(&second, &other.disk, &fixture.capture.log);
    fixture.fake.silent = fixture.fake.keeps = true;
    fixture.source.source.size = fixture.fake.disk.size = UINT64_C(1) << 30;
    for (uint64_t i = 0; i < 1000; i++) { /* enough for every line of the cache */
        assert_int_equal(cache_read(cache, &fixture.source.source, i << 20, &byte, 1), ERR_TIMEOUT);
    }
    unsigned before = other.requests;
    assert_int_equal(cache_read(cache, &second.source, 100, &byte, 1), 0);
    assert_int_equal(byte, 0xA5);
    assert_int_equal(cache_read(cache, &second.source, 100, &byte, 1), 0);
    assert_int_equal(other.requests, before + 2); /* no line could keep it */
    fixture.fake.disk.lent = 0;
    assert_int_equal(cache_read(cache, &second.source, 100, &byte, 1), 0);
    assert_int_equal(cache_read(cache, &second.source, 100, &byte, 1), 0);
    assert_int_equal(other.requests, before + 3);
    testing_arena_close(&fixture.arena);
}

/* The stack is used again at once, whatever a disk still has of it. */
static void nothing_is_read_straight_to_the_stack(void **state)
{
    (void)state;
    struct fixture fixture;
    _Alignas(4096) uint8_t sectors[8192];
    open_fixture(&fixture);
    assert_int_equal(source_read(&fixture.source.source, 0, sectors, sizeof sectors), 0);
    assert_memory_equal(sectors, bytes, sizeof sectors);
    assert_int_equal(fixture.fake.disk.counters.bounced, sizeof sectors);
    testing_arena_close(&fixture.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_byte_comes_or_does_not),
        cmocka_unit_test(the_host_is_asked_four_times_a_second),
        cmocka_unit_test(a_machine_is_saved_while_a_byte_is_waited_for),
        cmocka_unit_test(a_disk_that_answers_is_not_talked_about),
        cmocka_unit_test(patience_ends),
        cmocka_unit_test(a_person_gives_up),
        cmocka_unit_test(giving_up_is_offered_first),
        cmocka_unit_test(the_host_is_obeyed_while_a_disk_is_waited_for),
        cmocka_unit_test(no_machine_is_saved_while_a_disk_is_waited_for),
        cmocka_unit_test(a_disk_that_was_given_up_can_come_back),
        cmocka_unit_test(room_is_waited_for_and_not_spun_for),
        cmocka_unit_test(memory_that_is_lent_is_kept),
        cmocka_unit_test(a_line_that_is_lent_holds_nothing_else),
        cmocka_unit_test(nothing_is_read_straight_to_the_stack),
    };
    return cmocka_run_group_tests_name("wait", tests, NULL, NULL);
}
