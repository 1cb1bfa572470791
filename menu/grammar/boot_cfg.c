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
#include "lib/decimal.h"
#include "lib/error.h"
#include "menu/grammar/grammar.h"
#include "menu/grammar/parser.h"

enum {
    DEFAULT_TIMEOUT = 10, /* seconds */
    DIGITS = 9,           /* entries that one digit tells apart */
    LETTERS = 26,
};

/* Only boot.cfg has lines that begin with "menu=". */
static bool has_menu_lines(const struct config_text *text)
{
    static const char mark[] = "menu=";
    size_t mark_length = sizeof mark - 1;
    for (size_t i = 0; i + mark_length <= text->length; i++) {
        if ((i == 0 || text->bytes[i - 1] == '\n') &&
            memcmp(text->bytes + i, mark, mark_length) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- keys ----------------------------------------------------------------------------------- */

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
            char *arguments = cut_word(text);
            parser_command(parser, list, text, arguments);
        }
        text = next;
    }
}

/* "Description:commands"; without a description the commands are one. */
static void parse_menu(struct parser *parser, char *value)
{
    char *colon = strchr(value, ':');
    if (colon == NULL) {
        parser_complain(parser, "menu wants \"description:commands\"", value);
        return;
    }
    *colon = '\0';
    char *title = trim(value), *commands = trim(colon + 1);
    if (*title == '\0') {
        title = arena_copy(parser->arena, commands, strlen(commands)); /* they are cut into words */
    }
    struct entry *entry = title == NULL ? NULL : parser_entry(parser, title);
    if (entry == NULL) {
        parser->error = ERR_NO_MEMORY;
        return;
    }
    add_commands(parser, &entry->body, commands);
    entry_add(parser->config->root, entry);
}

/* A number, whatever follows it, as boot(8) reads it. */
static bool begins_with_number(const char *value, int *number)
{
    uint64_t parsed;
    bool is_number = decimal_begin(value, strlen(value), &parsed) > 0 && parsed <= INT32_MAX;
    *number = is_number ? (int)parsed : 0;
    return is_number;
}

static void parse_default(struct parser *parser, char *value)
{
    int number;
    if (!begins_with_number(value, &number) || number < 1) {
        parser_complain(parser, "default wants the number of an entry, from 1", value);
        return;
    }
    parser->config->default_entry = (size_t)number - 1;
}

/* A negative number, or none at all, waits for ever. */
static void parse_timeout(struct parser *parser, char *value)
{
    int seconds;
    parser->config->timeout = begins_with_number(value, &seconds) ? seconds : TIMEOUT_NEVER;
}

static void parse_banner(struct parser *parser, char *value)
{
    struct config *config = parser->config;
    if (config->banner_count < CONFIG_BANNER) { /* no screen shows more */
        config->banner[config->banner_count++] = value;
    }
}

/* "a": automatic; "n" or "d": numbers; "l": letters. */
static void parse_format(struct parser *parser, char *value)
{
    switch (*value | 0x20) {
    case 'a':
        parser->config->labels = LABELS_NONE; /* chosen when all entries are known */
        break;
    case 'n':
    case 'd':
        parser->config->labels = LABELS_NUMBERS;
        break;
    case 'l':
        parser->config->labels = LABELS_LETTERS;
        break;
    default:
        parser_complain(parser, "format wants a(uto), n(umbers), d(igits) or l(etters)", value);
    }
}

static void ignore(struct parser *parser, char *value)
{
    (void)parser;
    (void)value;
}

static const struct {
    const char *name;
    void (*parse)(struct parser *, char *value);
} keys[] = {
    {"banner", parse_banner},   {"clear", ignore /* a menu clears the screen anyway */},
    {"default", parse_default}, {"format", parse_format},
    {"menu", parse_menu},       {"timeout", parse_timeout},
};

/* ---- lines ---------------------------------------------------------------------------------- */

/* Keys match by their beginnings, as boot(8) matches them. */
static bool is_key(const char *key, const char *name)
{
    return strncmp(key, name, strlen(name)) == 0;
}

static void parse_pair(struct parser *parser, char *key, char *value)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (is_key(key, keys[i].name)) {
            keys[i].parse(parser, value);
            return;
        }
    }
    parser_command(parser, &parser->config->globals, key, value);
}

static void parse_line(struct parser *parser, char *line)
{
    line[strcspn(line, "#")] = '\0'; /* a comment starts anywhere */
    char *equals = strchr(line, '=');
    if (equals == NULL) {
        return; /* such lines mean nothing */
    }
    *equals = '\0';
    char *value =
        is_key(line, "banner") ? equals + 1 : trim(equals + 1); /* a banner's blanks are meant */
    parse_pair(parser, trim(line), value);
}

/* Digits as far as they reach. */
static void choose_labels(struct config *config)
{
    size_t count = config->root->count;
    if (config->labels == LABELS_NONE) {
        config->labels = count > DIGITS ? LABELS_LETTERS : LABELS_NUMBERS;
    }
    if (config->labels == LABELS_LETTERS && count > LETTERS) {
        config->labels = LABELS_NUMBERS;
    }
}

static void parse_lines(struct parser *parser)
{
    struct config *config = parser->config;
    char *line;
    config->timeout = DEFAULT_TIMEOUT;
    while ((line = parser_line(parser, false)) != NULL) {
        parse_line(parser, line);
    }
    choose_labels(config);
    if (config->default_entry >= config->root->count && config->root->count > 0) {
        config->default_entry = config->root->count - 1;
    }
}

const struct grammar boot_cfg = {.name = "boot.cfg",
                                 .recognise = has_menu_lines,
                                 .parse = parse_lines,
                                 .cut_name = cut_word,
                                 .goes_on = true};
