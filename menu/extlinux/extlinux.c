/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/extlinux/extlinux.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "lib/arena.h"
#include "lib/decimal.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/extlinux/entry.h"
#include "menu/grammar/lines.h"

enum { SUBMENUS = 16, INCLUDES = 8 /* inside of each other */, FILES = 64 /* in all */ };

/* A menu that is being read: the config's own, or a submenu. */
struct menu {
    struct extlinux_entry *owner; /* NULL: the config's own */
    struct extlinux_entry **end;  /* where its next entry goes */
};

struct parser {
    struct extlinux_config *config;
    struct extlinux_files *files;
    struct arena *arena;
    struct log *log;
    const char *file; /* that is being read, and its line */
    unsigned line;
    struct menu menus[SUBMENUS];
    unsigned menu;                /* the innermost one */
    struct extlinux_entry *entry; /* whose LABEL came last; NULL: none in this menu */
    const char *append;           /* for entries that have none of their own */
    bool in_text;                 /* between TEXT HELP and ENDTEXT */
    unsigned depth;               /* of INCLUDEs */
    unsigned files_read;
};

static void complain(const struct parser *parser, const char *what, const char *found)
{
    log_line(parser->log, "%s:%u: %s: \"%.60s\"", parser->file, parser->line, what, found);
}

/* ---- entries -------------------------------------------------------------------------------- */

/* A new entry in the menu that is being read. */
static int add_entry(struct parser *parser, enum extlinux_kind kind)
{
    struct menu *menu = &parser->menus[parser->menu];
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

/* What could not be known before all of its lines were. */
static int end_entry(struct parser *parser)
{
    struct extlinux_entry *entry = parser->entry;
    parser->entry = NULL;
    return entry == NULL ? 0 : extlinux_finish_entry(entry, parser->append, parser->arena);
}

static int parse_label(struct parser *parser, char *value)
{
    int error = end_entry(parser);
    if (error == 0) {
        error = add_entry(parser, EXTLINUX_NOTHING);
    }
    if (error == 0) {
        (void)cut_word(value);
        parser->entry->label = value;
        parser->entry->title = value;
    }
    return error;
}

static void set_kernel(struct parser *parser, enum extlinux_kind kind, const char *path)
{
    if (parser->entry != NULL) {
        parser->entry->kind = kind;
        parser->entry->kernel = path;
    }
}

static int parse_kernel(struct parser *parser, char *value)
{
    set_kernel(parser, extlinux_kind_of(value), value);
    return 0;
}

static int parse_linux(struct parser *parser, char *value)
{
    set_kernel(parser, EXTLINUX_LINUX, value);
    return 0;
}

static int parse_config(struct parser *parser, char *value)
{
    (void)cut_word(value); /* the folder that the other config's paths begin at */
    set_kernel(parser, EXTLINUX_CONFIG, value);
    return 0;
}

static int parse_program(struct parser *parser, char *value)
{
    set_kernel(parser, EXTLINUX_PROGRAM, value);
    return 0;
}

static int parse_localboot(struct parser *parser, char *value)
{
    set_kernel(parser, EXTLINUX_LOCAL, value);
    return 0;
}

static int parse_append(struct parser *parser, char *value)
{
    if (parser->entry != NULL) {
        parser->entry->arguments = value;
    } else {
        parser->append = value;
    }
    return 0;
}

static int parse_initrd(struct parser *parser, char *value)
{
    return parser->entry != NULL ? extlinux_add_initrds(parser->entry, value, parser->arena) : 0;
}

/* ---- the menu ------------------------------------------------------------------------------- */

/* What lines about an entry are about: after MENU BEGIN the submenu, until its first LABEL. */
static struct extlinux_entry *subject(const struct parser *parser)
{
    return parser->entry != NULL ? parser->entry : parser->menus[parser->menu].owner;
}

static int parse_menu_label(struct parser *parser, char *value)
{
    struct extlinux_entry *entry = subject(parser);
    if (entry != NULL) {
        extlinux_set_title(entry, value);
    }
    return 0;
}

/* A submenu's title is its entry's too, unless that has one. */
static int parse_menu_title(struct parser *parser, char *value)
{
    struct extlinux_entry *owner = parser->menus[parser->menu].owner;
    if (owner == NULL) {
        parser->config->title = value;
    } else if (owner->title[0] == '\0') {
        extlinux_set_title(owner, value);
    }
    return 0;
}

static int parse_menu_default(struct parser *parser, char *value)
{
    (void)value;
    if (parser->entry != NULL) {
        parser->entry->is_default = true;
    }
    return 0;
}

static int parse_menu_hide(struct parser *parser, char *value)
{
    (void)value;
    if (parser->entry != NULL) {
        parser->entry->hidden = true;
    }
    return 0;
}

static int parse_menu_disable(struct parser *parser, char *value)
{
    struct extlinux_entry *entry = subject(parser);
    (void)value;
    if (entry != NULL) {
        entry->disabled = true;
    }
    return 0;
}

static int parse_menu_separator(struct parser *parser, char *value)
{
    (void)value;
    int error = end_entry(parser);
    if (error == 0) {
        error = add_entry(parser, EXTLINUX_SEPARATOR);
    }
    parser->entry = NULL;
    return error;
}

static int parse_menu_begin(struct parser *parser, char *value)
{
    int error = end_entry(parser);
    if (error != 0) {
        return error;
    }
    if (parser->menu + 1 == SUBMENUS) {
        complain(parser, "menus are nested too deeply", value);
        return 0;
    }
    error = add_entry(parser, EXTLINUX_SUBMENU);
    if (error == 0) {
        struct extlinux_entry *owner = parser->entry;
        owner->label = *value != '\0' ? value : NULL;
        parser->menus[++parser->menu] = (struct menu){.owner = owner, .end = &owner->children};
        parser->entry = NULL;
    }
    return error;
}

static int close_menu(struct parser *parser)
{
    int error = end_entry(parser);
    struct extlinux_entry *owner = parser->menus[parser->menu--].owner;
    if (owner->title[0] == '\0') {
        owner->title = owner->label != NULL ? owner->label : "(no title)";
    }
    return error;
}

static int parse_menu_end(struct parser *parser, char *value)
{
    if (parser->menu == 0) {
        complain(parser, "MENU END without MENU BEGIN", value);
        return end_entry(parser);
    }
    return close_menu(parser);
}

/* ---- the config as a whole ------------------------------------------------------------------ */

static bool is_menu_program(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    return strncasecmp(name, "menu.c32", 8) == 0 || strncasecmp(name, "vesamenu.c32", 12) == 0;
}

static int parse_ui(struct parser *parser, char *value)
{
    parser->config->has_menu = parser->config->has_menu || is_menu_program(value);
    return 0;
}

static int parse_default(struct parser *parser, char *value)
{
    if (is_menu_program(value)) {
        parser->config->has_menu = true;
    } else {
        parser->config->default_label = value;
    }
    return 0;
}

static int parse_ontimeout(struct parser *parser, char *value)
{
    parser->config->on_timeout = value;
    return 0;
}

/* 0: without end. */
static int parse_timeout(struct parser *parser, char *value)
{
    int *timeout = &parser->config->timeout, tenths;
    if (!parse_decimal(value, &tenths)) {
        complain(parser, "expected tenths of a second", value);
    } else if (tenths > 0 && (*timeout == EXTLINUX_NO_TIMEOUT || tenths < *timeout)) {
        *timeout = tenths;
    }
    return 0;
}

static int parse_prompt(struct parser *parser, char *value)
{
    parser->config->prompt = strcmp(value, "0") != 0;
    return 0;
}

static int parse_text(struct parser *parser, char *value)
{
    parser->in_text = strcasecmp(value, "help") == 0;
    return 0;
}

static int parse_lines(struct parser *parser, const char *text, size_t length);

static int parse_include(struct parser *parser, char *value)
{
    const char *file = parser->file, *text;
    unsigned line = parser->line;
    size_t length;
    (void)cut_word(value); /* the submenu that it goes to: it goes here */
    if (parser->depth == INCLUDES || parser->files_read == FILES) {
        complain(parser, "too many files are included", value);
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

/* ---- lines ---------------------------------------------------------------------------------- */

struct keyword {
    const char *name;
    int (*parse)(struct parser *, char *value);
};

static const struct keyword *find_keyword(const struct keyword *keywords, const char *name)
{
    while (keywords->name != NULL && strcasecmp(keywords->name, name) != 0) {
        keywords++;
    }
    return keywords->name != NULL ? keywords : NULL;
}

static int parse_menu(struct parser *parser, char *value)
{
    static const struct keyword keywords[] = {
        {"begin", parse_menu_begin},     {"default", parse_menu_default},
        {"disable", parse_menu_disable}, {"end", parse_menu_end},
        {"exit", parse_menu_hide}, /* Esc goes back */
        {"goto", parse_menu_disable},    {"hide", parse_menu_hide},
        {"include", parse_include},      {"label", parse_menu_label},
        {"quit", parse_menu_hide},       {"separator", parse_menu_separator},
        {"title", parse_menu_title},     {NULL, NULL},
    };
    char *rest = cut_word(value);
    const struct keyword *keyword = find_keyword(keywords, value);
    return keyword != NULL ? keyword->parse(parser, rest) : 0;
}

static const struct keyword *find_statement(const char *name)
{
    static const struct keyword keywords[] = {
        {"append", parse_append},
        {"boot", parse_program},
        {"bss", parse_program},
        {"com32", parse_program},
        {"config", parse_config},
        {"default", parse_default},
        {"fdimage", parse_program},
        {"include", parse_include},
        {"initrd", parse_initrd},
        {"kernel", parse_kernel},
        {"label", parse_label},
        {"linux", parse_linux},
        {"localboot", parse_localboot},
        {"menu", parse_menu},
        {"ontimeout", parse_ontimeout},
        {"prompt", parse_prompt},
        {"pxe", parse_program},
        {"text", parse_text},
        {"timeout", parse_timeout},
        {"totaltimeout", parse_timeout},
        {"ui", parse_ui},
        {NULL, NULL},
    };
    return find_keyword(keywords, name);
}

static int parse_line(struct parser *parser, char *line)
{
    char *value = cut_word(line);
    if (parser->in_text) {
        parser->in_text = strcasecmp(line, "endtext") != 0;
        return 0;
    }
    const struct keyword *keyword = *line != '#' ? find_statement(line) : NULL;
    return keyword != NULL ? keyword->parse(parser, value) : 0;
}

static int parse_lines(struct parser *parser, const char *text, size_t length)
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

/* ---- the end -------------------------------------------------------------------------------- */

/* "DEFAULT vmlinuz root=..." where there are no labels: a kernel and its line. */
static int add_implicit(struct parser *parser)
{
    const char *line = parser->config->default_label;
    if (line == NULL || parser->config->entries != NULL) {
        return 0;
    }
    char *copy = arena_copy(parser->arena, line, strlen(line));
    int error = add_entry(parser, EXTLINUX_LINUX);
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
    struct parser parser = {
        .config = config, .files = files, .arena = arena, .log = log, .file = name};
    parser.menus[0].end = &config->entries;
    int error = parse_lines(&parser, text, length);
    if (error == 0) {
        error = add_implicit(&parser);
    }
    while (error == 0 && parser.menu > 0) { /* without their ENDs */
        error = close_menu(&parser);
    }
    return error != 0 ? error : end_entry(&parser);
}

/* ---- which one ------------------------------------------------------------------------------ */

/* The first one that `is_wanted`, depth first; nothing leads into a submenu that is disabled. */
static const struct extlinux_entry *search(const struct extlinux_entry *entry, const char *label,
                                           bool (*is_wanted)(const struct extlinux_entry *,
                                                             const char *))
{
    for (; entry != NULL; entry = entry->next) {
        if (is_wanted(entry, label)) {
            return entry;
        }
        const struct extlinux_entry *inner =
            entry->disabled ? NULL : search(entry->children, label, is_wanted);
        if (inner != NULL) {
            return inner;
        }
    }
    return NULL;
}

static bool has_label(const struct extlinux_entry *entry, const char *label)
{
    return entry->label != NULL && entry->kind != EXTLINUX_SUBMENU &&
           strcasecmp(entry->label, label) == 0;
}

static bool is_default(const struct extlinux_entry *entry, const char *label)
{
    (void)label;
    return entry->is_default;
}

static bool is_bootable(const struct extlinux_entry *entry, const char *label)
{
    (void)label;
    return !entry->hidden && !entry->disabled && entry->kind == EXTLINUX_LINUX;
}

const struct extlinux_entry *extlinux_find(const struct extlinux_entry *entries, const char *label)
{
    return search(entries, label, has_label);
}

/* A label may have arguments after it. */
static const struct extlinux_entry *find_named(const struct extlinux_config *config,
                                               const char *line)
{
    return line != NULL ? extlinux_find(config->entries, line) : NULL;
}

const struct extlinux_entry *extlinux_default(const struct extlinux_config *config)
{
    const struct extlinux_entry *found = find_named(config, config->default_label);
    if (found == NULL) {
        found = search(config->entries, "", is_default);
    }
    if (found == NULL) {
        found = find_named(config, config->on_timeout);
    }
    return found != NULL ? found : search(config->entries, "", is_bootable);
}
