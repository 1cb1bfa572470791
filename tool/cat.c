/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot cat PATH */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "tool/tool.h"

enum { PIECE = 4 << 20 };

static int write_out(const struct source *source, const uint8_t *bytes, size_t length)
{
    if (fwrite(bytes, 1, length, stdout) != length) {
        return fail(source->log, ERR_IO, "standard output: %s", strerror(errno));
    }
    return 0;
}

static int copy_out(struct tool *tool, const struct source *source)
{
    uint8_t *buffer = arena_pages(&tool->arena, PIECE);
    if (buffer == NULL) {
        return fail(source->log, ERR_NO_MEMORY, "%s: no memory to read it", source->name);
    }
    for (uint64_t done = 0; done < source->size; done += PIECE) {
        size_t length = min_u64(PIECE, source->size - done);
        int error = source_read(source, done, buffer, length);
        if (error == 0) {
            error = write_out(source, buffer, length);
        }
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

int tool_cat(struct tool *tool, char *const *arguments)
{
    struct file file;
    struct node node;
    int error = devices_open_file(&tool->devices, NULL, arguments[0], false, &file, &node);
    return error == 0 && copy_out(tool, &file.source) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
