/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a script of GRUB 2's is ("GNU GRUB manual 2.12", chapter 6.2): a tree of statements, whose
 * words keep their quoting. Nothing is evaluated here: that is boot/script's.
 *
 *      if [ "${id}" = 5 ]; then            STATEMENT_IF
 *          linux /vmlinuz root=$dev ro         condition: STATEMENT_COMMAND  [  "${id}"  =  5  ]
 *      fi                                      body:      STATEMENT_COMMAND  linux  /vmlinuz  ...
 *
 *      root=$dev                           a word of two parts: PART_TEXT "root=", PART_VARIABLE "dev"
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct log;

enum part_kind {
    PART_TEXT,   /* as it stands; without backslashes and what they quoted */
    PART_QUOTED, /* in quotes, or a character after a backslash; it makes a word even if it is "" */
    PART_VARIABLE,        /* $name: its value is split into words at blanks */
    PART_QUOTED_VARIABLE, /* "$name": it is not */
};

struct part {
    enum part_kind kind;
    const char *text; /* or a variable's name: "prefix", "1", "#", "?", "@", "*" */
    struct part *next;
};

struct word {
    struct part *parts; /* none: the word is nothing but a line's continuation */
    struct word *next;
};

/* What stands between braces. */
struct block {
    const char *text; /* the source between the braces, for an editor */
    size_t length;
    struct statement *body;
};

enum statement_kind {
    STATEMENT_COMMAND, /* an assignment is one, too: which it is depends on what the word expands to */
    STATEMENT_IF,
    STATEMENT_WHILE,
    STATEMENT_UNTIL,
    STATEMENT_FOR,
    STATEMENT_FUNCTION,
};

struct statement {
    enum statement_kind kind;
    unsigned line;    /* from 1 */
    const char *file; /* its name, for messages */
    struct statement *next;

    const char *name;            /* FOR: the variable; FUNCTION */
    struct word *words;          /* COMMAND, FOR */
    struct block *block;         /* COMMAND: its last argument, or NULL; FUNCTION */
    struct statement *condition; /* IF, WHILE, UNTIL */
    struct statement *body;      /* IF, WHILE, UNTIL, FOR */
    struct statement *otherwise; /* IF: after else; an elif is an IF there */
};
