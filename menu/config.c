/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/config.h"

#include <string.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "menu/grammar/grammar.h"
#include "menu/grammar/lines.h"

/* How much there can be at most of what arrays are made for. */
struct counts {
    size_t lines;    /* with anything in them */
    size_t entries;  /* lines that may begin one */
    size_t banners;  /* lines that may be one of the banner */
    size_t commands; /* lines, and parts of lines between semicolons */
};

static void count_line(struct counts *counts, const char *line, size_t length)
{
    size_t start = 0;
    while (start < length && ((unsigned char)line[start] <= ' ' || line[start] == 0x7F)) {
        start++; /* as lines_next() trims */
    }
    counts->lines += start < length ? 1 : 0;
    counts->entries += start < length && (line[start] == 't' || line[start] == 'm') ? 1 : 0;
    counts->banners += start < length && line[start] == 'b' ? 1 : 0;
    for (; start < length; start++) {
        counts->commands += line[start] == ';' ? 1 : 0;
    }
}

static struct counts count(const char *text, size_t length)
{
    struct counts counts = {0};
    while (length > 0) {
        const char *end = memchr(text, '\n', length);
        size_t taken = end == NULL ? length : (size_t)(end - text) + 1;
        count_line(&counts, text, taken);
        text += taken;
        length -= taken;
    }
    counts.commands += counts.lines;
    return counts;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* Text without a telling name: only boot.cfg has lines that begin with "menu=". */
static bool has_menu_lines(const char *text, size_t length)
{
    static const char mark[] = "menu=";
    size_t mark_length = sizeof mark - 1;
    for (size_t i = 0; i + mark_length <= length; i++) {
        if ((i == 0 || text[i - 1] == '\n') && memcmp(text + i, mark, mark_length) == 0) {
            return true;
        }
    }
    return false;
}

static enum config_grammar grammar_of(const char *name, const char *text, size_t length)
{
    bool is_boot_cfg = ends_with(name, "boot.cfg") || has_menu_lines(text, length);
    return is_boot_cfg ? GRAMMAR_BOOT_CFG : GRAMMAR_MENU_LST;
}

/* Entry numbers can name an entry that comes later, or not at all. */
static void clamp(struct config *config)
{
    size_t kept = 0;
    for (size_t i = 0; i < config->fallback_count; i++) {
        if (config->fallbacks[i] < config->entry_count) {
            config->fallbacks[kept++] = config->fallbacks[i];
        }
    }
    config->fallback_count = kept;
    if (config->default_entry >= config->entry_count) {
        config->default_entry = kept > 0 ? config->fallbacks[0] : 0;
    }
}

/* NetBSD's rule: digits as far as they reach. */
static void choose_labels(struct config *config)
{
    if (config->grammar == GRAMMAR_BOOT_CFG && config->labels == LABELS_NONE) {
        config->labels = config->entry_count > 9 ? LABELS_LETTERS : LABELS_NUMBERS;
    }
    if (config->labels == LABELS_LETTERS && config->entry_count > 26) {
        config->labels = LABELS_NUMBERS;
    }
}

int config_parse(struct config *config, const char *name, const char *text, size_t length,
                 struct arena *arena, struct log *log)
{
    struct counts counts = count(text, length);
    *config = (struct config){
        .name = name, .grammar = grammar_of(name, text, length), .timeout = TIMEOUT_NEVER};
    config->entries = arena_array(arena, counts.entries + 1, sizeof *config->entries);
    config->banner = arena_array(arena, counts.banners + 1, sizeof *config->banner);
    struct parser parser = {
        .config = config, .log = log, .arena = arena, .free_count = counts.commands};
    parser.free = arena_array(arena, counts.commands + 1, sizeof *parser.free);
    if (config->entries == NULL || config->banner == NULL || parser.free == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = config->grammar == GRAMMAR_BOOT_CFG ? boot_cfg_parse(&parser, text, length)
                                                    : menu_lst_parse(&parser, text, length);
    clamp(config);
    choose_labels(config);
    return error;
}

void command_parse(struct command *command, char *line, enum config_grammar grammar)
{
    line = trim(line);
    char *arguments =
        grammar == GRAMMAR_BOOT_CFG ? boot_cfg_cut_word(line) : menu_lst_cut_word(line);
    *command = (struct command){.name = line, .arguments = arguments};
}

bool password_parse(struct password *password, char *arguments)
{
    char *text = arguments;
    char *rest = boot_cfg_cut_word(text);
    if (strcmp(text, "--md5") == 0 || strcmp(text, "--encrypted") == 0) {
        text = rest; /* a hash says itself what it is */
        rest = boot_cfg_cut_word(text);
    }
    (void)boot_cfg_cut_word(rest);
    password->text = text;
    password->file = *rest != '\0' ? rest : NULL;
    return *text != '\0';
}
