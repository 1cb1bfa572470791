/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/extlinux/extlinux.h"

#include <string.h>
#include <strings.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/extlinux/parser.h"
#include "menu/grammar/lines.h"

enum { INCLUDES = 8 /* inside of each other */, FILES = 64 /* in all */ };

void extlinux_complain(const struct extlinux_parser *parser, const char *what, const char *found)
{
    log_line(parser->log, "%s:%u: %s: \"%.60s\"", parser->file, parser->line, what, found);
}

/* ---- lines ---------------------------------------------------------------------------------- */

static const struct extlinux_keyword *find_keyword(const struct extlinux_keyword *keywords,
                                                   const char *name)
{
    while (keywords->name != NULL && strcasecmp(keywords->name, name) != 0) {
        keywords++;
    }
    return keywords->name != NULL ? keywords : NULL;
}

/* The keyword that begins a line; *value becomes what it is about. NULL: it means nothing here. */
static const struct extlinux_keyword *find_statement(const char *name, char **value)
{
    const struct extlinux_keyword *keyword = find_keyword(extlinux_entry_keywords, name);
    if (keyword == NULL) {
        keyword = find_keyword(extlinux_config_keywords, name);
    }
    if (keyword == NULL && strcasecmp(name, "menu") == 0) {
        const char *second = *value;
        *value = cut_word(*value);
        keyword = find_keyword(extlinux_menu_keywords, second);
    }
    return keyword;
}

static int parse_line(struct extlinux_parser *parser, char *line)
{
    char *value = cut_word(line);
    if (parser->in_text) {
        parser->in_text = strcasecmp(line, "endtext") != 0;
        return 0;
    }
    const struct extlinux_keyword *keyword = *line != '#' ? find_statement(line, &value) : NULL;
    return keyword != NULL ? keyword->parse(parser, value) : 0;
}

static int parse_lines(struct extlinux_parser *parser, const char *text, size_t length)
{
    struct lines lines;
    char *line;
    lines_open(&lines, text, length, parser->arena);
    while ((line = lines_next(&lines, false)) != NULL) {
        parser->line = lines.number;
        int error = parse_line(parser, line);
        if (error != 0) {
            return error;
        }
    }
    return lines.left == 0 ? 0 : ERR_NO_MEMORY;
}

int extlinux_include(struct extlinux_parser *parser, char *value)
{
    const char *file = parser->file, *text;
    unsigned line = parser->line;
    size_t length;
    (void)cut_word(value); /* the submenu that it goes to: it goes here */
    if (parser->depth == INCLUDES || parser->files_read == FILES) {
        extlinux_complain(parser, "too many files are included", value);
        return 0;
    }
    parser->files_read++;
    int error = parser->files->read(parser->files, file, value, &parser->file, &text, &length);
    if (error == 0) {
        parser->depth++;
        error = parse_lines(parser, text, length);
        parser->depth--;
    } else if (error != ERR_NO_MEMORY) {
        error = 0; /* it was said, and the rest counts */
    }
    parser->file = file;
    parser->line = line;
    return error;
}

/* ---- the whole ------------------------------------------------------------------------------ */

/* "DEFAULT vmlinuz root=..." where there are no labels: a kernel and its line. */
static int add_implicit(struct extlinux_parser *parser)
{
    const char *line = parser->config->default_label;
    if (line == NULL || parser->config->entries != NULL) {
        return 0;
    }
    char *copy = arena_copy(parser->arena, line, strlen(line));
    int error = extlinux_add_entry(parser, EXTLINUX_LINUX);
    if (error != 0 || copy == NULL) {
        return ERR_NO_MEMORY;
    }
    struct extlinux_entry *entry = parser->entry;
    const char *rest = cut_word(copy);
    entry->label = entry->title = entry->kernel = copy;
    entry->arguments = *rest != '\0' ? rest : NULL;
    parser->config->default_label = copy;
    return 0;
}

int extlinux_parse(struct extlinux_config *config, const char *name, const char *text,
                   size_t length, struct extlinux_files *files, struct arena *arena,
                   struct log *log)
{
    *config = (struct extlinux_config){.timeout = EXTLINUX_NO_TIMEOUT};
    struct extlinux_parser parser = {
        .config = config, .files = files, .arena = arena, .log = log, .file = name};
    parser.menus[0].end = &config->entries;
    int error = parse_lines(&parser, text, length);
    if (error == 0) {
        error = add_implicit(&parser);
    }
    while (error == 0 && parser.menu > 0) { /* without their ENDs */
        error = extlinux_close_menu(&parser);
    }
    return error != 0 ? error : extlinux_end_entry(&parser);
}
