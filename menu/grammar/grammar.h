/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two grammars share while they parse. */
#pragma once

#include "menu/config.h"

struct parser {
    struct config *config;
    struct log *log;
    struct arena *arena;
    unsigned line;        /* that is being parsed */
    struct command *free; /* where the next command goes: all commands stand in one array, in the
                             file's order */
    size_t free_count;
};

int menu_lst_parse(struct parser *, const char *text, size_t length);
int boot_cfg_parse(struct parser *, const char *text, size_t length);

/* Cut a command's name off its line, in place, each in its grammar. Return the rest. */
char *menu_lst_cut_word(char *line);
char *boot_cfg_cut_word(char *text);

/* Adds a command to `list`, whose commands are the newest ones of all. */
void parser_add(struct parser *, struct command_list *, const char *name, const char *arguments);

/* Starts a new entry. */
struct entry *parser_entry(struct parser *, const char *title);

/* One line about the line that is being parsed: "NAME:LINE: what". */
void parser_complain(const struct parser *, const char *what, const char *found);
