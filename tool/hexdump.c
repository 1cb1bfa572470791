/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pvboot hexdump PATH [OFFSET [LENGTH]], as hexdump -C shows it:
 *
 *      00000000  7f 45 4c 46 02 01 01 00  00 00 00 00 00 00 00 00  |.ELF............|
 *      *                                                           lines that repeat the one before
 *      00000400                                                    where it ends
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/log.h"
#include "tool/json.h"
#include "tool/print.h"
#include "tool/tool.h"

enum { ROW = 16, PIECE = 64 << 10 };

struct dump {
    struct pvboot_file *file;
    uint64_t offset, end;
    uint8_t before[ROW]; /* the row that was shown last, ... */
    bool has_before;     /* ... if there is one */
    bool repeats;        /* that a row repeats it has been said */
};

static const char digits[] = "0123456789abcdef";

/* Two digits after a blank; the second half of a row stands a little apart. */
static void put_byte(char *digits_of_row, size_t index, uint8_t byte)
{
    char *place = digits_of_row + 3 * index + (index >= ROW / 2 ? 1 : 0);
    place[1] = digits[byte >> 4];
    place[2] = digits[byte & 15];
}

static void print_row(uint64_t offset, const uint8_t *row, size_t length)
{
    char bytes[3 * ROW + 2], characters[ROW + 1] = "";
    memset(bytes, ' ', sizeof bytes - 1);
    bytes[sizeof bytes - 1] = '\0';
    for (size_t i = 0; i < length; i++) {
        put_byte(bytes, i, row[i]);
        characters[i] = (char)(row[i] >= ' ' && row[i] <= '~' ? row[i] : '.');
    }
    print_line("%08lx %s  |%s|", offset, bytes, characters);
}

static void put_row(struct dump *dump, uint64_t offset, const uint8_t *row, size_t length)
{
    if (dump->has_before && length == ROW && memcmp(row, dump->before, ROW) == 0) {
        if (!dump->repeats) {
            print_line("*");
        }
        dump->repeats = true;
        return;
    }
    print_row(offset, row, length);
    memcpy(dump->before, row, length);
    dump->has_before = length == ROW;
    dump->repeats = false;
}

static void put_rows(struct dump *dump, const uint8_t *bytes, size_t length)
{
    for (size_t done = 0; done < length; done += ROW) {
        put_row(dump, dump->offset + done, bytes + done, min_u64(ROW, length - done));
    }
}

/* What cannot be written is seen by print_flush(). */
static void put_digits(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        (void)putchar(digits[bytes[i] >> 4]);
        (void)putchar(digits[bytes[i] & 15]);
    }
}

/* Returns 0 or an error (logged). */
static int dump_all(struct dump *dump, bool json)
{
    static uint8_t bytes[PIECE];
    int64_t count = 0;
    while (dump->offset < dump->end) {
        count = pvboot_file_read(dump->file, dump->offset, bytes,
                                 min_u64(PIECE, dump->end - dump->offset));
        if (count <= 0) {
            return (int)count;
        }
        if (json) {
            put_digits(bytes, (size_t)count);
        } else {
            put_rows(dump, bytes, (size_t)count);
        }
        dump->offset += (uint64_t)count;
    }
    return 0;
}

static int dump_as_text(struct dump *dump)
{
    int error = dump_all(dump, false);
    if (error == 0) {
        print_line("%08lx", dump->offset);
    }
    return error;
}

static int dump_as_json(struct tool *tool, struct dump *dump, const char *path)
{
    struct json json = {0};
    json_open(&json, NULL, '{');
    json_text(&json, "path", path);
    json_number(&json, "size", (int64_t)pvboot_file_size(dump->file));
    json_number(&json, "offset", (int64_t)dump->offset);
    json_begin_text(&json, "bytes");
    int error = dump_all(dump, true);
    json_end_text();
    tool_put_errors(tool, &json);
    json_close(&json, '}');
    json_end();
    return error;
}

/* A decimal number, or one that begins with 0x. */
static bool take_number(struct tool *tool, const char *text, uint64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoull(text, &end, 0);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0) {
        log_line(&tool->said.log, "hexdump: %s: this is no number of bytes", text);
        return false;
    }
    return true;
}

int tool_hexdump(struct tool *tool, char *const *arguments)
{
    struct dump dump = {0};
    uint64_t length = UINT64_MAX;
    if ((arguments[1] != NULL && !take_number(tool, arguments[1], &dump.offset)) ||
        (arguments[1] != NULL && arguments[2] != NULL &&
         !take_number(tool, arguments[2], &length))) {
        return STATUS_USAGE;
    }
    if (pvboot_file_open(tool->pvboot, arguments[0], &dump.file) != 0) {
        return STATUS_BAD;
    }
    dump.offset = min_u64(dump.offset, pvboot_file_size(dump.file));
    dump.end = dump.offset + min_u64(length, pvboot_file_size(dump.file) - dump.offset);
    int error = tool->json ? dump_as_json(tool, &dump, arguments[0]) : dump_as_text(&dump);
    pvboot_file_close(dump.file);
    return error == 0 ? STATUS_GOOD : STATUS_BAD;
}
