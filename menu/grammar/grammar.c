/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/grammar/grammar.h"

#include "lib/log.h"

void parser_add(struct parser *parser, struct command_list *list, const char *name,
                const char *arguments)
{
    if (parser->free_count == 0) {
        return; /* cannot be: there is one for each line and each ';' */
    }
    if (list->count == 0) {
        list->commands = parser->free;
    }
    *parser->free++ = (struct command){.name = name, .arguments = arguments, .line = parser->line};
    parser->free_count--;
    list->count++;
}

struct entry *parser_entry(struct parser *parser, const char *title)
{
    struct config *config = parser->config;
    struct entry *entry = &config->entries[config->entry_count++];
    entry->title = title;
    return entry;
}

void parser_complain(const struct parser *parser, const char *what, const char *found)
{
    log_line(parser->log, "%s:%u: %s: \"%.60s\"", parser->config->name, parser->line, what, found);
}
