/* SPDX-License-Identifier: BSD-2-Clause */
#include "bootloader/handover.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bootloader/ending.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum { MAGIC, KERNEL_SIZE, RAMDISK_SIZE, LINE_LENGTH, HEAD_COUNT };

#define HANDOVER_MAGIC UINT64_C(0x74756F6F62767000)

/* ---- sending -------------------------------------------------------------------------------- */

static int send_bytes(int pipe, const void *bytes, uint64_t size, struct log *log)
{
    const uint8_t *at = bytes;
    while (size > 0) {
        ssize_t count = write(pipe, at, size);
        if (count < 0 && errno != EINTR) {
            return fail(log, ERR_IO, "the kernel cannot be handed over: %s", strerror(errno));
        }
        at += count > 0 ? count : 0;
        size -= count > 0 ? (uint64_t)count : 0;
    }
    return 0;
}

int handover_send(const struct handover *handover, int pipe, struct log *log)
{
    const uint64_t head[HEAD_COUNT] = {[MAGIC] = HANDOVER_MAGIC,
                                       [KERNEL_SIZE] = handover->kernel_size,
                                       [RAMDISK_SIZE] = handover->ramdisk_size,
                                       [LINE_LENGTH] = strlen(handover->line)};
    if (send_bytes(pipe, head, sizeof head, log) != 0 ||
        send_bytes(pipe, handover->line, head[LINE_LENGTH], log) != 0 ||
        send_bytes(pipe, handover->kernel, handover->kernel_size, log) != 0) {
        return ERR_IO;
    }
    return send_bytes(pipe, handover->ramdisk, handover->ramdisk_size, log);
}

/* ---- receiving ------------------------------------------------------------------------------ */

static int fail_short(struct log *log)
{
    return fail(log, ERR_CORRUPT, "the process that reads the disk has ended too early");
}

/* At most `size` bytes; *count of 0: there are no more. */
static int receive_some(int pipe, void *bytes, size_t size, size_t *count, struct log *log)
{
    int error = ending_wait(pipe);
    if (error != 0) {
        return error;
    }
    ssize_t read_count = read(pipe, bytes, size);
    if (read_count < 0) {
        return fail(log, ERR_IO, "the process that reads the disk: %s", strerror(errno));
    }
    *count = (size_t)read_count;
    return 0;
}

/* All of `size` bytes, or, of a message that has not begun, ERR_NOT_FOUND. */
static int receive_bytes(int pipe, void *bytes, size_t size, bool begins, struct log *log)
{
    for (size_t done = 0, count = 0; done < size; done += count) {
        int error = receive_some(pipe, (uint8_t *)bytes + done, size - done, &count, log);
        if (error != 0) {
            return error;
        }
        if (count == 0) {
            return begins && done == 0 ? ERR_NOT_FOUND : fail_short(log);
        }
    }
    return 0;
}

static bool is_sound(const uint64_t head[HEAD_COUNT], uint64_t limit)
{
    return head[MAGIC] == HANDOVER_MAGIC && head[KERNEL_SIZE] > 0 && head[KERNEL_SIZE] <= limit &&
           head[RAMDISK_SIZE] <= limit && head[LINE_LENGTH] < COMMAND_LINE_SIZE;
}

/* The result's formats have lines. */
static bool is_line(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] < ' ' && text[i] != '\t') {
            return false;
        }
    }
    return true;
}

int handover_receive(struct handover_head *result, int pipe, uint64_t limit, struct log *log)
{
    uint64_t head[HEAD_COUNT];
    int error = receive_bytes(pipe, head, sizeof head, true, log);
    if (error != 0) {
        return error;
    }
    if (!is_sound(head, limit)) {
        return fail(log, ERR_CORRUPT, "the process that reads the disk hands over what cannot be");
    }
    error = receive_bytes(pipe, result->line, head[LINE_LENGTH], false, log);
    if (error != 0) {
        return error;
    }
    result->line[head[LINE_LENGTH]] = '\0';
    result->kernel_size = head[KERNEL_SIZE];
    result->ramdisk_size = head[RAMDISK_SIZE];
    return is_line(result->line, head[LINE_LENGTH])
               ? 0
               : fail(log, ERR_UNSUPPORTED, "the kernel's command line has control characters");
}

static int write_out(int file, const uint8_t *bytes, size_t size, const char *path, struct log *log)
{
    while (file >= 0 && size > 0) {
        ssize_t count = write(file, bytes, size);
        if (count < 0 && errno != EINTR) {
            return fail(log, ERR_IO, "%s: %s", path, strerror(errno));
        }
        bytes += count > 0 ? count : 0;
        size -= count > 0 ? (size_t)count : 0;
    }
    return 0;
}

int handover_receive_file(int pipe, uint64_t size, int file, const char *path, struct log *log)
{
    uint8_t bytes[64 << 10];
    while (size > 0) {
        size_t count = 0;
        int error = receive_some(pipe, bytes, min_u64(sizeof bytes, size), &count, log);
        if (error == 0 && count == 0) {
            error = fail_short(log);
        }
        if (error == 0) {
            error = write_out(file, bytes, count, path, log);
        }
        if (error != 0) {
            return error;
        }
        size -= count;
    }
    return 0;
}
