/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/extract_sum.h"

#include <stddef.h>

#include "tool/json.h"
#include "tool/tool.h"

void extract_sum_put(const struct extract_sum *sum, const struct tool *tool, const char *path,
                     const char *target)
{
    struct json json = {0};
    json_open(&json, NULL, '{');
    json_text(&json, "path", path);
    json_text(&json, "target", target);
    json_number(&json, "files", (int64_t)sum->files);
    json_number(&json, "directories", (int64_t)sum->directories);
    json_number(&json, "links", (int64_t)sum->links);
    json_number(&json, "hard_links", (int64_t)sum->hard_links);
    json_number(&json, "special", (int64_t)sum->special);
    json_number(&json, "skipped", (int64_t)sum->skipped);
    json_number(&json, "bytes", (int64_t)sum->bytes);
    tool_put_errors(tool, &json);
    json_close(&json, '}');
    json_end();
}
