/* SPDX-License-Identifier: BSD-2-Clause */
/* What a reading process that a guest's disk has taken over could send: nothing of it is believed. */
#include <signal.h>
#include <unistd.h>

#include "bootloader/ending.h"
#include "bootloader/handover.h"
#include "tests/unit/testing.h"

enum { LIMIT = 1 << 20, HEAD = 32, KERNEL_SIZE = 8, RAMDISK_SIZE = 16, LINE_LENGTH = 24 };

static const char line[] = "root=/dev/xvda\tro";
static const uint8_t kernel[] = "kernel", ramdisk[] = "initrd";
static const struct handover sound = {.line = line,
                                      .kernel = kernel,
                                      .kernel_size = sizeof kernel,
                                      .ramdisk = ramdisk,
                                      .ramdisk_size = sizeof ramdisk};

static struct log *silence(void)
{
    static struct capture capture;
    capture_open(&capture);
    return &capture.log;
}

/* A message as the reader sends it. Returns its length. */
static size_t send_message(uint8_t message[4096], const struct handover *handover)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(handover_send(handover, ends[1], silence()), 0);
    (void)close(ends[1]);
    ssize_t length = read(ends[0], message, 4096);
    (void)close(ends[0]);
    assert_true(length > HEAD);
    return (size_t)length;
}

/* A pipe that holds these bytes, and then its end. */
static int pipe_of(const uint8_t *message, size_t length)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], message, length), (ssize_t)length);
    (void)close(ends[1]);
    return ends[0];
}

/* Receives all of it; the files go nowhere. */
static int receive(const uint8_t *message, size_t length, struct handover_head *head)
{
    int file = pipe_of(message, length);
    struct log *log = silence();
    int error = handover_receive(head, file, LIMIT, log);
    if (error == 0) {
        error = handover_receive_file(file, head->kernel_size, -1, "kernel", log);
    }
    if (error == 0) {
        error = handover_receive_file(file, head->ramdisk_size, -1, "ramdisk", log);
    }
    (void)close(file);
    return error;
}

static void test_sound(void **state)
{
    (void)state;
    struct handover_head head;
    uint8_t message[4096];
    size_t length = send_message(message, &sound);
    assert_int_equal(receive(message, length, &head), 0);
    assert_int_equal(head.kernel_size, sizeof kernel);
    assert_int_equal(head.ramdisk_size, sizeof ramdisk);
    assert_string_equal(head.line, line);
}

static void test_nothing(void **state)
{
    (void)state;
    struct handover_head head;
    assert_int_equal(receive(kernel, 0, &head), ERR_NOT_FOUND);
}

static void test_every_end_too_early(void **state)
{
    (void)state;
    struct handover_head head;
    uint8_t message[4096];
    size_t length = send_message(message, &sound);
    for (size_t i = 1; i < length; i++) {
        assert_int_equal(receive(message, i, &head), ERR_CORRUPT);
    }
}

static void test_sizes_that_cannot_be(void **state)
{
    (void)state;
    static const struct {
        size_t field;
        uint64_t value;
    } cases[] = {{0, 1},
                 {KERNEL_SIZE, 0},
                 {KERNEL_SIZE, LIMIT + 1},
                 {KERNEL_SIZE, UINT64_MAX},
                 {RAMDISK_SIZE, LIMIT + 1},
                 {RAMDISK_SIZE, UINT64_MAX},
                 {LINE_LENGTH, COMMAND_LINE_SIZE},
                 {LINE_LENGTH, UINT64_MAX}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct handover_head head;
        uint8_t message[4096];
        size_t length = send_message(message, &sound);
        memcpy(message + cases[i].field, &cases[i].value, sizeof cases[i].value);
        assert_int_equal(receive(message, length, &head), ERR_CORRUPT);
    }
}

/* The result has lines, ended by a newline or by a NUL: none may be in what is not ours. */
static void test_lines_in_the_line(void **state)
{
    (void)state;
    static const char bad[] = "\n\0\x1B\r";
    for (size_t i = 0; i < sizeof bad - 1; i++) {
        struct handover_head head;
        uint8_t message[4096];
        size_t length = send_message(message, &sound);
        message[HEAD + 3] = (uint8_t)bad[i];
        assert_int_equal(receive(message, length, &head), ERR_UNSUPPORTED);
    }
}

static void test_file_that_is_full(void **state)
{
    (void)state;
    struct handover_head head;
    uint8_t message[4096];
    size_t length = send_message(message, &sound);
    int file = pipe_of(message, length);
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    assert_int_equal(handover_receive(&head, file, LIMIT, silence()), 0);
    assert_int_equal(
        handover_receive_file(file, head.kernel_size, fileno(full), "/dev/full", silence()),
        ERR_IO);
    (void)fclose(full);
    (void)close(file);
}

/* A signal is seen, though there is always something to read; it stays, for the process to end by it. */
static void test_signal(void **state)
{
    (void)state;
    struct handover_head head;
    uint8_t message[4096];
    size_t length = send_message(message, &sound);
    ending_prepare();
    (void)raise(SIGTERM);
    assert_int_equal(receive(message, length, &head), ERR_CANCELLED);
    sigset_t pending;
    int number = 0;
    assert_int_equal(sigpending(&pending), 0);
    assert_int_equal(sigwait(&pending, &number), 0);
    assert_int_equal(number, SIGTERM);
    ending_forget();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_every_end_too_early),
        cmocka_unit_test(test_sizes_that_cannot_be),
        cmocka_unit_test(test_lines_in_the_line),
        cmocka_unit_test(test_file_that_is_full),
        cmocka_unit_test(test_signal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
