/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/grammar/parser.h"

#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

char *parser_line(struct parser *parser, bool join)
{
    if (parser->error != 0 || parser->lines.left == 0) {
        return NULL;
    }
    char *line = lines_next(&parser->lines, join);
    parser->error = line == NULL ? ERR_NO_MEMORY : 0;
    return line;
}

/* Zeroed memory, or NULL after an error. */
static void *take(struct parser *parser, size_t size)
{
    void *memory = parser->error == 0 ? arena_alloc(parser->arena, size) : NULL;
    parser->error = memory == NULL ? ERR_NO_MEMORY : 0;
    return memory;
}

void parser_command(struct parser *parser, struct command_list *list, const char *name,
                    const char *arguments)
{
    struct command *command = take(parser, sizeof *command);
    if (command != NULL) {
        *command = (struct command){.name = name,
                                    .arguments = arguments,
                                    .file = parser->config->name,
                                    .line = parser->lines.number};
        command_list_add(list, command);
    }
}

struct entry *parser_entry(struct parser *parser, const char *title)
{
    struct entry *entry = take(parser, sizeof *entry);
    if (entry != NULL) {
        entry->title = title;
    }
    return entry;
}

void parser_complain(const struct parser *parser, const char *what, const char *found)
{
    log_line(parser->log, "%s:%u: %s: \"%.60s\"", parser->config->name, parser->lines.number, what,
             found);
}
