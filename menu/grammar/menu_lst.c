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
#include "menu/grammar/parser.h"

/* A name ends at a blank or at '='. */
static char *cut_name(char *line)
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

/* ---- before the first title ----------------------------------------------------------------- */

static void set_default(struct parser *parser, char *text)
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

static void set_timeout(struct parser *parser, char *text)
{
    int seconds;
    if (!parse_decimal(text, &seconds)) {
        parser_complain(parser, "timeout wants a number of seconds", text);
        return;
    }
    parser->config->timeout = seconds;
}

static void set_fallbacks(struct parser *parser, char *text)
{
    struct config *config = parser->config;
    config->fallback_count = 0;
    config->fallbacks = arena_array(parser->arena, strlen(text) / 2 + 1, sizeof *config->fallbacks);
    if (config->fallbacks == NULL) {
        parser->error = ERR_NO_MEMORY;
        return;
    }
    while (*text != '\0') {
        char *word = text;
        int number;
        text = cut_name(word);
        if (parse_decimal(word, &number)) {
            config->fallbacks[config->fallback_count++] = (size_t)number;
        } else {
            parser_complain(parser, "fallback wants numbers of entries, from 0", word);
        }
    }
}

static void set_password(struct parser *parser, char *text)
{
    if (!password_parse(&parser->config->password, text)) {
        parser->config->password.text = NULL;
        parser_complain(parser, "password wants [--md5] PASSWORD [FILE]", "");
    }
}

static void set_colors(struct parser *parser, char *text)
{
    if (!colors_parse(&parser->config->colors, text)) {
        parser_complain(parser, "color wants FRONT/BACK [FRONT/BACK]", text);
    }
}

static void set_hidden(struct parser *parser, char *arguments)
{
    (void)arguments;
    parser->config->hidden = true;
}

static void set_pager(struct parser *parser, char *arguments)
{
    parser_command(parser, &parser->config->globals, "pager", arguments);
}

static const struct {
    const char *name;
    void (*set)(struct parser *, char *arguments);
} globals[] = {
    {"color", set_colors},      {"default", set_default}, {"fallback", set_fallbacks},
    {"hiddenmenu", set_hidden}, {"pager", set_pager},     {"password", set_password},
    {"timeout", set_timeout},
};

/* GRUB passes over what belongs to an entry (root, kernel); the rest has no meaning under Xen. */
static void parse_global(struct parser *parser, const char *name, char *arguments)
{
    for (size_t i = 0; i < sizeof globals / sizeof globals[0]; i++) {
        if (strcmp(globals[i].name, name) == 0) {
            globals[i].set(parser, arguments);
        }
    }
}

/* ---- entries -------------------------------------------------------------------------------- */

/* A title without any command that there is, is a heading: not in the menu, and not counted. */
static void parse_command(struct parser *parser, struct entry *entry, const char *name,
                          const char *arguments)
{
    parser_command(parser, &entry->body, name, arguments);
    if (entry->parent == NULL && parser->is_command(name)) {
        entry_add(parser->config->root, entry);
    }
}

static void parse_lines(struct parser *parser)
{
    struct entry *entry = NULL;
    char *line;
    while ((line = parser_line(parser, true)) != NULL) {
        if (line[0] == '\0' || line[0] == '#') {
            continue;
        }
        char *arguments = cut_name(line);
        if (strcmp(line, "title") == 0) {
            entry = parser_entry(parser, arguments[0] != '\0' ? arguments : "(no title)");
        } else if (entry == NULL) {
            parse_global(parser, line, arguments);
        } else {
            parse_command(parser, entry, line, arguments);
        }
    }
}

const struct grammar menu_lst = {
    .name = "menu.lst", .parse = parse_lines, .cut_name = cut_name, .names_kernel = true};
