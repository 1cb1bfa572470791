/* SPDX-License-Identifier: BSD-2-Clause */
/* LABEL, and the lines after it. */
#include "lib/arena.h"
#include "lib/error.h"
#include "menu/extlinux/entry.h"
#include "menu/extlinux/parser.h"
#include "menu/grammar/lines.h"

int extlinux_add_entry(struct extlinux_parser *parser, enum extlinux_kind kind)
{
    struct extlinux_menu *menu = &parser->menus[parser->menu];
    struct extlinux_entry *entry = arena_alloc(parser->arena, sizeof *entry);
    if (entry == NULL) {
        return ERR_NO_MEMORY;
    }
    entry->kind = kind;
    entry->file = parser->file;
    entry->line = parser->line;
    entry->title = "";
    *menu->end = entry;
    menu->end = &entry->next;
    parser->entry = entry;
    return 0;
}

int extlinux_end_entry(struct extlinux_parser *parser)
{
    struct extlinux_entry *entry = parser->entry;
    parser->entry = NULL;
    return entry == NULL ? 0 : extlinux_finish_entry(entry, parser->append, parser->arena);
}

static int parse_label(struct extlinux_parser *parser, char *value)
{
    int error = extlinux_end_entry(parser);
    if (error == 0) {
        error = extlinux_add_entry(parser, EXTLINUX_NOTHING);
    }
    if (error == 0) {
        (void)cut_word(value);
        parser->entry->label = value;
        parser->entry->title = value;
    }
    return error;
}

static void set_kernel(struct extlinux_parser *parser, enum extlinux_kind kind, const char *path)
{
    if (parser->entry != NULL) {
        parser->entry->kind = kind;
        parser->entry->kernel = path;
    }
}

static int parse_kernel(struct extlinux_parser *parser, char *value)
{
    set_kernel(parser, extlinux_kind_of(value), value);
    return 0;
}

static int parse_linux(struct extlinux_parser *parser, char *value)
{
    set_kernel(parser, EXTLINUX_LINUX, value);
    return 0;
}

static int parse_config(struct extlinux_parser *parser, char *value)
{
    (void)cut_word(value); /* the folder that the other config's paths begin at */
    set_kernel(parser, EXTLINUX_CONFIG, value);
    return 0;
}

static int parse_program(struct extlinux_parser *parser, char *value)
{
    set_kernel(parser, EXTLINUX_PROGRAM, value);
    return 0;
}

static int parse_localboot(struct extlinux_parser *parser, char *value)
{
    set_kernel(parser, EXTLINUX_LOCAL, value);
    return 0;
}

static int parse_append(struct extlinux_parser *parser, char *value)
{
    if (parser->entry != NULL) {
        parser->entry->arguments = value;
    } else {
        parser->append = value;
    }
    return 0;
}

static int parse_initrd(struct extlinux_parser *parser, char *value)
{
    return parser->entry != NULL ? extlinux_add_initrds(parser->entry, value, parser->arena) : 0;
}

const struct extlinux_keyword extlinux_entry_keywords[] = {
    {"append", parse_append},
    {"boot", parse_program},
    {"bss", parse_program},
    {"com32", parse_program},
    {"config", parse_config},
    {"fdimage", parse_program},
    {"initrd", parse_initrd},
    {"kernel", parse_kernel},
    {"label", parse_label},
    {"linux", parse_linux},
    {"localboot", parse_localboot},
    {"pxe", parse_program},
    {NULL, NULL},
};
