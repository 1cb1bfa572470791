/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines that begin with MENU: titles, submenus, what is shown. */
#include "lib/error.h"
#include "menu/extlinux/entry.h"
#include "menu/extlinux/parser.h"
#include "menu/grammar/lines.h"

/* What lines about an entry are about: after MENU BEGIN the submenu, until its first LABEL. */
static struct extlinux_entry *subject(const struct extlinux_parser *parser)
{
    return parser->entry != NULL ? parser->entry : parser->menus[parser->menu].owner;
}

static int parse_menu_label(struct extlinux_parser *parser, char *value)
{
    struct extlinux_entry *entry = subject(parser);
    if (entry != NULL) {
        extlinux_set_title(entry, value);
    }
    return 0;
}

/* A submenu's title is its entry's too, unless that has one. */
static int parse_menu_title(struct extlinux_parser *parser, char *value)
{
    struct extlinux_entry *owner = parser->menus[parser->menu].owner;
    if (owner == NULL) {
        parser->config->title = value;
    } else if (owner->title[0] == '\0') {
        extlinux_set_title(owner, value);
    }
    return 0;
}

static int parse_menu_default(struct extlinux_parser *parser, char *value)
{
    (void)value;
    if (parser->entry != NULL) {
        parser->entry->is_default = true;
    }
    return 0;
}

static int parse_menu_hide(struct extlinux_parser *parser, char *value)
{
    (void)value;
    if (parser->entry != NULL) {
        parser->entry->hidden = true;
    }
    return 0;
}

static int parse_menu_hidden(struct extlinux_parser *parser, char *value)
{
    (void)value;
    parser->config->hidden = true;
    return 0;
}

static int parse_menu_disable(struct extlinux_parser *parser, char *value)
{
    struct extlinux_entry *entry = subject(parser);
    (void)value;
    if (entry != NULL) {
        entry->disabled = true;
    }
    return 0;
}

static int parse_menu_separator(struct extlinux_parser *parser, char *value)
{
    (void)value;
    int error = extlinux_end_entry(parser);
    if (error == 0) {
        error = extlinux_add_entry(parser, EXTLINUX_SEPARATOR);
    }
    parser->entry = NULL;
    return error;
}

static int parse_menu_begin(struct extlinux_parser *parser, char *value)
{
    int error = extlinux_end_entry(parser);
    if (error != 0) {
        return error;
    }
    if (parser->menu + 1 == EXTLINUX_SUBMENUS) {
        extlinux_complain(parser, "menus are nested too deeply", value);
        return 0;
    }
    error = extlinux_add_entry(parser, EXTLINUX_SUBMENU);
    if (error == 0) {
        struct extlinux_entry *owner = parser->entry;
        owner->label = *value != '\0' ? value : NULL;
        parser->menus[++parser->menu] =
            (struct extlinux_menu){.owner = owner, .end = &owner->children};
        parser->entry = NULL;
    }
    return error;
}

int extlinux_close_menu(struct extlinux_parser *parser)
{
    int error = extlinux_end_entry(parser);
    struct extlinux_entry *owner = parser->menus[parser->menu--].owner;
    if (owner->title[0] == '\0') {
        owner->title = owner->label != NULL ? owner->label : "(no title)";
    }
    return error;
}

static int parse_menu_end(struct extlinux_parser *parser, char *value)
{
    if (parser->menu == 0) {
        extlinux_complain(parser, "MENU END without MENU BEGIN", value);
        return extlinux_end_entry(parser);
    }
    return extlinux_close_menu(parser);
}

const struct extlinux_keyword extlinux_menu_keywords[] = {
    {"begin", parse_menu_begin},
    {"default", parse_menu_default},
    {"disable", parse_menu_disable},
    {"end", parse_menu_end},
    {"exit", parse_menu_hide}, /* Esc goes back */
    {"goto", parse_menu_disable},
    {"hidden", parse_menu_hidden},
    {"hide", parse_menu_hide},
    {"include", extlinux_include},
    {"label", parse_menu_label},
    {"quit", parse_menu_hide},
    {"separator", parse_menu_separator},
    {"title", parse_menu_title},
    {NULL, NULL},
};
