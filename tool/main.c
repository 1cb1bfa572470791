/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pvboot, the tool: reads disk images and says what would boot, and why not. The loader's
 * counterpart is loader/main.c; everything below boot/ is the same code.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decimal.h"
#include "lib/log.h"
#include "pvops/host/log.h"
#include "tool/command_line.h"
#include "tool/json.h"
#include "tool/print.h"
#include "tool/tool.h"
#include "tool/tool_commands.h"

/* ---- what is said --------------------------------------------------------------------------- */

/* To standard error, after what was printed before. */
static void say(void *context, const char *text)
{
    struct tool *tool = context;
    (void)fflush(stdout); /* print_flush() says when it cannot be written */
    progress_hide(&tool->progress);
    log_line(host_log(), "%s", text);
}

/* A handle's messages are the tool's. */
static void pass_on(void *context, const char *text)
{
    struct tool *tool = context;
    log_line(&tool->said.log, "%s", text);
}

void tool_put_errors(const struct tool *tool, struct json *json)
{
    json_open(json, "errors", '[');
    for (size_t i = 0; i < tool->said.count; i++) {
        json_text(json, NULL, tool->said.lines[i]);
    }
    json_close(json, ']');
}

/* ---- disks ---------------------------------------------------------------------------------- */

struct pvboot *tool_handle(struct tool *tool)
{
    struct pvboot *pvboot = pvboot_new();
    if (pvboot == NULL) {
        log_line(&tool->said.log, "there is no address space to work in");
    } else {
        pvboot_on_message(pvboot, pass_on, tool);
    }
    return pvboot;
}

/* Cuts ",name=VALUE" off a word, from its end. Returns VALUE, or NULL: it has none there. */
static char *take_option(char *word, const char *name)
{
    char *comma = strrchr(word, ',');
    size_t length = strlen(name);
    if (comma == NULL || strncmp(comma + 1, name, length) != 0 || comma[1 + length] != '=') {
        return NULL;
    }
    *comma = '\0';
    return comma + length + 2;
}

/* In bytes; 0: not said. */
static uint32_t sector_size_of(const char *text)
{
    uint64_t size = 0;
    if (text != NULL && (!decimal_parse(text, UINT32_MAX, &size) || size == 0)) {
        size = UINT32_MAX; /* which no disk has */
    }
    return (uint32_t)size;
}

static bool add_disk(struct pvboot *pvboot, char *word)
{
    char *format = take_option(word, "format");
    char *sector_size = take_option(word, "sector");
    if (format == NULL) {
        format = take_option(word, "format");
    }
    return pvboot_add(pvboot, word, format, sector_size_of(sector_size)) == 0;
}

bool tool_add_disk(struct pvboot *pvboot, const char *word)
{
    char *copy = strdup(word);
    bool added = copy != NULL && add_disk(pvboot, copy);
    free(copy);
    return added;
}

/* ---- the tool ------------------------------------------------------------------------------- */

static int run(struct tool *tool, int count, char **words)
{
    char *const *arguments;
    int status;
    tool->pvboot = tool_handle(tool);
    if (tool->pvboot == NULL) {
        return STATUS_BAD;
    }
    const struct tool_command *command = command_line_take(tool, count, words, &arguments, &status);
    if (command != NULL) {
        status = command->run(tool, arguments);
    }
    pvboot_free(tool->pvboot);
    return status;
}

int main(int count, char **words)
{
    static struct tool tool;
    (void)signal(SIGXFSZ, SIG_IGN); /* a write that is too large fails, and is said */
    collect_open(&tool.said);
    tool.said.line = say;
    tool.said.context = &tool;
    int status = run(&tool, count, words);
    if (print_flush() != 0 && status == STATUS_GOOD) {
        log_line(&tool.said.log, "standard output: it could not be written");
        return STATUS_BAD;
    }
    return status;
}
