/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/config.h"

#include <string.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/grammar/grammar.h"
#include "menu/grammar/lines.h"
#include "menu/grammar/parser.h"

/* Entry numbers can name an entry that comes later, or not at all. */
static void clamp_fallbacks(struct config *config)
{
    size_t kept = 0;
    for (size_t i = 0; i < config->fallback_count; i++) {
        if (config->fallbacks[i] < config->entry_count) {
            config->fallbacks[kept++] = config->fallbacks[i];
        }
    }
    config->fallback_count = kept;
}

/* It does not become another one without a word. */
static void clamp_default(struct config *config, struct log *log)
{
    if (config->default_entry < config->entry_count) {
        return;
    }
    config->default_entry = config->fallback_count > 0 ? config->fallbacks[0] : 0;
    const struct entry *entry = entry_find(config->root, config->default_entry);
    if (entry != NULL) {
        log_line(log, "%s: default: there is no such entry, \"%.100s\" is it", config->name,
                 entry->title);
    }
}

/* Editors of other systems put a byte-order mark before the first line. */
static struct config_text without_mark(const struct config_text *text)
{
    static const char mark[] = "\xEF\xBB\xBF";
    size_t length = sizeof mark - 1;
    if (text->length < length || memcmp(text->bytes, mark, length) != 0) {
        return *text;
    }
    return (struct config_text){
        .name = text->name, .bytes = text->bytes + length, .length = text->length - length};
}

int config_parse(struct config *config, const struct config_text *file,
                 bool (*is_command)(const char *name), struct arena *arena, struct log *log)
{
    const struct config_text text = without_mark(file);
    *config = (struct config){.name = text.name,
                              .grammar = grammar_of(&text),
                              .root = arena_alloc(arena, sizeof *config->root),
                              .timeout = TIMEOUT_NEVER};
    if (config->root == NULL) {
        return ERR_NO_MEMORY;
    }
    struct parser parser = {.config = config, .is_command = is_command, .log = log, .arena = arena};
    if (config->grammar->parse != NULL) {
        lines_open(&parser.lines, text.bytes, text.length, arena);
        config->grammar->parse(&parser);
        config_finish(config, log);
    }
    return parser.error;
}

void config_finish(struct config *config, struct log *log)
{
    config->entry_count = entry_number_all(config->root);
    clamp_fallbacks(config);
    clamp_default(config, log);
}

void command_parse(struct command *command, char *line, const struct grammar *grammar)
{
    line = trim(line);
    char *arguments = grammar->cut_name(line);
    *command = (struct command){.name = line, .arguments = arguments};
}

bool password_parse(struct password *password, char *arguments)
{
    char *text = arguments;
    char *rest = cut_word(text);
    if (strcmp(text, "--md5") == 0 || strcmp(text, "--encrypted") == 0) {
        text = rest; /* a hash says itself what it is */
        rest = cut_word(text);
    }
    (void)cut_word(rest);
    password->text = text;
    password->file = *rest != '\0' ? rest : NULL;
    return *text != '\0';
}
