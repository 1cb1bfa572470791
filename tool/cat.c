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

static int copy_out(struct tool *tool, const struct source *source)
{
    uint8_t *buffer = arena_pages(&tool->arena, PIECE);
    if (buffer == NULL) {
        return fail(source->log, ERR_NO_MEMORY, "%s: no memory to read it", source->name);
    }
    for (uint64_t done = 0; done < source->size; done += PIECE) {
        size_t length = min_u64(PIECE, source->size - done);
        int error = source_read(source, done, buffer, length);
        if (error != 0) {
            return error;
        }
        if (fwrite(buffer, 1, length, stdout) != length) {
            return fail(source->log, ERR_IO, "standard output: %s", strerror(errno));
        }
    }
    return fflush(stdout) == 0 ? 0
                               : fail(source->log, ERR_IO, "standard output: %s", strerror(errno));
}

int tool_cat(struct tool *tool, char *const *arguments)
{
    struct file file;
    struct node node;
    int error = devices_open_file(&tool->devices, NULL, arguments[0], false, &file, &node);
    error = error != 0 ? error : copy_out(tool, &file.source);
    return error == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
