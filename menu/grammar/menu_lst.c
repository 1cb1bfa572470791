/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRUB legacy's menu.lst ("GNU GRUB manual 0.97", chapter 13): a command on each line, the ones
 * before the first `title` for the menu as a whole.
 *
 *      default 0
 *      timeout=5
 *      title  Linux
 *      root   (hd0,0)
 *      kernel /vmlinuz root=/dev/xvda1
 */
#include <string.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "menu/grammar/grammar.h"
#include "menu/grammar/lines.h"

/* A name ends at a blank or at '='. */
char *menu_lst_cut_word(char *line)
{
    size_t length = strcspn(line, " =");
    char *rest = line + length;
    if (*rest != '\0') {
        *rest++ = '\0';
        rest = trim(rest);
        rest = *rest == '=' && line[length] == '\0' ? trim(rest + 1) : rest; /* "timeout = 5" */
    }
    return rest;
}

static void set_default(struct parser *parser, const char *text)
{
    int number;
    if (strcmp(text, "saved") == 0) {
        parser->config->default_saved = true;
        return;
    }
    if (!parse_decimal(text, &number)) {
        parser_complain(parser, "default wants the number of an entry, from 0", text);
        return;
    }
    parser->config->default_entry = (size_t)number;
}

static void set_timeout(struct parser *parser, const char *text)
{
    int seconds;
    if (!parse_decimal(text, &seconds)) {
        parser_complain(parser, "timeout wants a number of seconds", text);
        return;
    }
    parser->config->timeout = seconds;
}

static int set_fallbacks(struct parser *parser, char *text)
{
    struct config *config = parser->config;
    config->fallback_count = 0;
    config->fallbacks = arena_array(parser->arena, strlen(text) / 2 + 1, sizeof *config->fallbacks);
    if (config->fallbacks == NULL) {
        return ERR_NO_MEMORY;
    }
    while (*text != '\0') {
        char *word = text;
        int number;
        text = menu_lst_cut_word(word);
        if (parse_decimal(word, &number)) {
            config->fallbacks[config->fallback_count++] = (size_t)number;
        } else {
            parser_complain(parser, "fallback wants numbers of entries, from 0", word);
        }
    }
    return 0;
}

static void set_password(struct parser *parser, char *text)
{
    if (!password_parse(&parser->config->password, text)) {
        parser->config->password.text = NULL;
        parser_complain(parser, "password wants [--md5] PASSWORD [FILE]", "");
    }
}

static void set_colors(struct parser *parser, const char *text)
{
    if (!colors_parse(&parser->config->colors, text)) {
        parser_complain(parser, "color wants FRONT/BACK [FRONT/BACK]", text);
    }
}

/* A line before the first title. */
static int parse_global(struct parser *parser, const char *name, char *arguments)
{
    if (strcmp(name, "default") == 0) {
        set_default(parser, arguments);
    } else if (strcmp(name, "timeout") == 0) {
        set_timeout(parser, arguments);
    } else if (strcmp(name, "fallback") == 0) {
        return set_fallbacks(parser, arguments);
    } else if (strcmp(name, "hiddenmenu") == 0) {
        parser->config->hidden = true;
    } else if (strcmp(name, "password") == 0) {
        set_password(parser, arguments);
    } else if (strcmp(name, "color") == 0) {
        set_colors(parser, arguments);
    } else {
        parser_add(parser, &parser->config->globals, name, arguments);
    }
    return 0;
}

/* A title without commands is a heading, which nobody can boot. */
static void drop_empty_entry(struct config *config)
{
    if (config->entry_count > 0 && config->entries[config->entry_count - 1].body.count == 0) {
        config->entry_count--;
        config->entries[config->entry_count] = (struct entry){0};
    }
}

static int parse_line(struct parser *parser, char *line)
{
    struct config *config = parser->config;
    char *arguments = menu_lst_cut_word(line);
    if (strcmp(line, "title") == 0) {
        drop_empty_entry(config);
        (void)parser_entry(parser, arguments[0] != '\0' ? arguments : "(no title)");
        return 0;
    }
    if (config->entry_count == 0) {
        return parse_global(parser, line, arguments);
    }
    parser_add(parser, &config->entries[config->entry_count - 1].body, line, arguments);
    return 0;
}

int menu_lst_parse(struct parser *parser, const char *text, size_t length)
{
    struct lines lines;
    char *line;
    int error = 0;
    lines_open(&lines, text, length, parser->arena);
    while (error == 0 && (line = lines_next(&lines, true)) != NULL) {
        parser->line = lines.number;
        if (line[0] != '\0' && line[0] != '#') {
            error = parse_line(parser, line);
        }
    }
    drop_empty_entry(parser->config);
    return error != 0 || lines.left == 0 ? error : ERR_NO_MEMORY;
}
