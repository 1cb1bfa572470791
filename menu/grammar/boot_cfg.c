/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NetBSD's boot.cfg(5): KEY=VALUE lines; an entry is one of them, with its commands between
 * semicolons.
 *
 *      menu=Boot single user:rndseed /var/db/entropy-file;boot netbsd -s
 *      default=1
 *      timeout=5
 */
#include <string.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "menu/grammar/grammar.h"
#include "menu/grammar/lines.h"

enum { DEFAULT_TIMEOUT = 10 /* seconds */ };

char *boot_cfg_cut_word(char *text)
{
    char *rest = text + strcspn(text, " ");
    if (*rest != '\0') {
        *rest++ = '\0';
    }
    return trim(rest);
}

/* "command arguments;command arguments" */
static void add_commands(struct parser *parser, struct command_list *list, char *text)
{
    while (text != NULL) {
        char *next = strchr(text, ';');
        if (next != NULL) {
            *next++ = '\0';
        }
        text = trim(text);
        if (*text != '\0') {
            char *arguments = boot_cfg_cut_word(text);
            parser_add(parser, list, text, arguments);
        }
        text = next;
    }
}

/* "Description:commands"; without a description the commands are one. */
static int parse_menu(struct parser *parser, char *value)
{
    char *colon = strchr(value, ':');
    if (colon == NULL) {
        parser_complain(parser, "menu wants \"description:commands\"", value);
        return 0;
    }
    *colon = '\0';
    char *title = trim(value), *commands = trim(colon + 1);
    if (*title == '\0') {
        title = arena_copy(parser->arena, commands,
                           strlen(commands)); /* the commands are cut into words */
    }
    if (title == NULL) {
        return ERR_NO_MEMORY;
    }
    struct entry *entry = parser_entry(parser, title);
    add_commands(parser, &entry->body, commands);
    return 0;
}

static void parse_default(struct parser *parser, const char *value)
{
    int number;
    if (!parse_decimal(value, &number) || number < 1) {
        parser_complain(parser, "default wants the number of an entry, from 1", value);
        return;
    }
    parser->config->default_entry = (size_t)number - 1;
}

/* A negative number, or none at all, waits for ever. */
static void parse_timeout(struct parser *parser, const char *value)
{
    int seconds;
    parser->config->timeout = parse_decimal(value, &seconds) ? seconds : TIMEOUT_NEVER;
}

/* Keys match by their beginnings, as boot(8) matches them. */
static bool is_key(const char *key, const char *name)
{
    return strncmp(key, name, strlen(name)) == 0;
}

/* "a", "n" or "l": automatic, numbers or letters. */
static void parse_format(struct parser *parser, const char *value)
{
    switch (*value | 0x20) {
    case 'a':
        parser->config->labels = LABELS_NONE; /* chosen when all entries are known */
        break;
    case 'n':
        parser->config->labels = LABELS_NUMBERS;
        break;
    case 'l':
        parser->config->labels = LABELS_LETTERS;
        break;
    default:
        parser_complain(parser, "format wants a(uto), n(umbers) or l(etters)", value);
    }
}

static int parse_pair(struct parser *parser, char *key, char *value)
{
    struct config *config = parser->config;
    if (is_key(key, "menu")) {
        return parse_menu(parser, value);
    }
    if (is_key(key, "default")) {
        parse_default(parser, value);
    } else if (is_key(key, "timeout")) {
        parse_timeout(parser, value);
    } else if (is_key(key, "banner")) {
        config->banner[config->banner_count++] = value;
    } else if (is_key(key, "format")) {
        parse_format(parser, value);
    } else if (!is_key(key, "clear")) { /* a menu clears the screen anyway */
        parser_add(parser, &config->globals, key, value);
    }
    return 0;
}

static int parse_line(struct parser *parser, char *line)
{
    line[strcspn(line, "#")] = '\0'; /* a comment starts anywhere */
    char *equals = strchr(line, '=');
    if (equals == NULL) {
        return 0; /* such lines mean nothing */
    }
    *equals = '\0';
    char *value =
        is_key(line, "banner") ? equals + 1 : trim(equals + 1); /* a banner's blanks are meant */
    return parse_pair(parser, trim(line), value);
}

int boot_cfg_parse(struct parser *parser, const char *text, size_t length)
{
    struct lines lines;
    char *line;
    int error = 0;
    parser->config->timeout = DEFAULT_TIMEOUT;
    lines_open(&lines, text, length, parser->arena);
    while (error == 0 && (line = lines_next(&lines, false)) != NULL) {
        parser->line = lines.number;
        error = parse_line(parser, line);
    }
    return error != 0 || lines.left == 0 ? error : ERR_NO_MEMORY;
}
