/* SPDX-License-Identifier: BSD-2-Clause */
/* What the grammars share while they parse. */
#pragma once

#include "menu/config.h"
#include "menu/grammar/lines.h"

struct parser {
    struct config *config; /* that becomes of it */
    struct lines lines;
    bool (*is_command)(const char *name); /* is there one of this name? */
    struct arena *arena;
    struct log *log;
    int error; /* ERR_NO_MEMORY, once there was none: nothing is added any more */
};

/* The next line, as lines_next cuts it; NULL at the end, or after an error. */
char *parser_line(struct parser *, bool join);

/* Adds a command that stands in the line taken last. */
void parser_command(struct parser *, struct command_list *, const char *name,
                    const char *arguments);

/* Makes an entry; it is not in the menu yet. NULL after an error. */
struct entry *parser_entry(struct parser *, const char *title);

/* One line about the line taken last: "NAME:LINE: what". */
void parser_complain(const struct parser *, const char *what, const char *found);
