/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/config.h"

#include <string.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/grammar.h"

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

static size_t count_of(const char *text, size_t length, char wanted)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        count += text[i] == wanted ? 1 : 0;
    }
    return count;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* Text without a telling name: only boot.cfg has lines that begin with "menu=". */
static bool has_menu_lines(const char *text, size_t length)
{
    static const char mark[] = "menu=";
    size_t mark_length = sizeof mark - 1;
    for (size_t i = 0; i + mark_length <= length; i++) {
        if ((i == 0 || text[i - 1] == '\n') && memcmp(text + i, mark, mark_length) == 0) {
            return true;
        }
    }
    return false;
}

static enum config_grammar grammar_of(const char *name, const char *text, size_t length)
{
    bool is_boot_cfg = ends_with(name, "boot.cfg") || has_menu_lines(text, length);
    return is_boot_cfg ? GRAMMAR_BOOT_CFG : GRAMMAR_MENU_LST;
}

/* Entry numbers can name an entry that comes later, or not at all. */
static void clamp(struct config *config)
{
    size_t kept = 0;
    for (size_t i = 0; i < config->fallback_count; i++) {
        if (config->fallbacks[i] < config->entry_count) {
            config->fallbacks[kept++] = config->fallbacks[i];
        }
    }
    config->fallback_count = kept;
    if (config->default_entry >= config->entry_count) {
        config->default_entry = kept > 0 ? config->fallbacks[0] : 0;
    }
}

int config_parse(struct config *config, const char *name, const char *text, size_t length,
                 struct arena *arena, struct log *log)
{
    size_t lines = count_of(text, length, '\n') + 1;
    size_t commands = lines + count_of(text, length, ';');
    *config = (struct config){
        .name = name, .grammar = grammar_of(name, text, length), .timeout = TIMEOUT_NEVER};
    config->entries = arena_array(arena, lines, sizeof *config->entries);
    config->banner = arena_array(arena, lines, sizeof *config->banner);
    struct parser parser = {.config = config, .log = log, .arena = arena, .free_count = commands};
    parser.free = arena_array(arena, commands, sizeof *parser.free);
    if (config->entries == NULL || config->banner == NULL || parser.free == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = config->grammar == GRAMMAR_BOOT_CFG ? boot_cfg_parse(&parser, text, length)
                                                    : menu_lst_parse(&parser, text, length);
    clamp(config);
    return error;
}
