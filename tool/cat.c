/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot cat PATH */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/error.h"
#include "lib/log.h"
#include "tool/tool.h"

enum { PIECE = 4 << 20 };

static int write_out(struct tool *tool, const uint8_t *bytes, size_t length)
{
    if (fwrite(bytes, 1, length, stdout) != length) {
        return fail(&tool->said.log, ERR_IO, "standard output: %s", strerror(errno));
    }
    return 0;
}

static int copy_out(struct tool *tool, struct pvboot_file *file)
{
    static uint8_t buffer[PIECE];
    uint64_t done = 0;
    int64_t count;
    while ((count = pvboot_file_read(file, done, buffer, PIECE)) > 0) {
        int error = write_out(tool, buffer, (size_t)count);
        if (error != 0) {
            return error;
        }
        done += (uint64_t)count;
        progress_add(&tool->progress, 0, (uint64_t)count);
    }
    return (int)count;
}

int tool_cat(struct tool *tool, char *const *arguments)
{
    struct pvboot_file *file;
    if (pvboot_file_open(tool->pvboot, arguments[0], &file) != 0) {
        return STATUS_BAD;
    }
    if (isatty(STDOUT_FILENO) == 0) { /* a line for people between bytes would be in the way */
        progress_begin(&tool->progress, "cat", pvboot_file_size(file));
    }
    int error = copy_out(tool, file);
    progress_end(&tool->progress);
    pvboot_file_close(file);
    return error == 0 ? STATUS_GOOD : STATUS_BAD;
}
