/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines about the config as a whole. */
#include <string.h>
#include <strings.h>

#include "menu/extlinux/parser.h"
#include "menu/grammar/lines.h"

static bool is_menu_program(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    return strncasecmp(name, "menu.c32", 8) == 0 || strncasecmp(name, "vesamenu.c32", 12) == 0;
}

static int parse_ui(struct extlinux_parser *parser, char *value)
{
    parser->config->has_menu = parser->config->has_menu || is_menu_program(value);
    return 0;
}

static int parse_default(struct extlinux_parser *parser, char *value)
{
    if (is_menu_program(value)) {
        parser->config->has_menu = true;
    } else {
        parser->config->default_label = value;
    }
    return 0;
}

static int parse_ontimeout(struct extlinux_parser *parser, char *value)
{
    parser->config->on_timeout = value;
    return 0;
}

/* 0: without end. */
static int parse_timeout(struct extlinux_parser *parser, char *value)
{
    int *timeout = &parser->config->timeout, tenths;
    if (!parse_decimal(value, &tenths)) {
        extlinux_complain(parser, "expected tenths of a second", value);
    } else if (tenths > 0 && (*timeout == EXTLINUX_NO_TIMEOUT || tenths < *timeout)) {
        *timeout = tenths;
    }
    return 0;
}

static int parse_prompt(struct extlinux_parser *parser, char *value)
{
    parser->config->prompt = strcmp(value, "0") != 0;
    return 0;
}

static int parse_text(struct extlinux_parser *parser, char *value)
{
    parser->in_text = strcasecmp(value, "help") == 0;
    return 0;
}

const struct extlinux_keyword extlinux_config_keywords[] = {
    {"default", parse_default},
    {"include", extlinux_include},
    {"ontimeout", parse_ontimeout},
    {"prompt", parse_prompt},
    {"text", parse_text},
    {"timeout", parse_timeout},
    {"totaltimeout", parse_timeout},
    {"ui", parse_ui},
    {NULL, NULL},
};
