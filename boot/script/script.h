/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs scripts of GRUB 2's, whose trees menu/grub_cfg makes: variables, functions, conditions, loops
 * and the commands that need nothing but these. All others are the host's.
 *
 *      grub.cfg -> grub_cfg_parse() -> script_run() -> host->run("menuentry" ...) -> an entry with its block
 *                                                                                    |
 *                                                      script_run_block() <- chosen -+
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "boot/script/names.h"
#include "boot/script/variables.h"
#include "lib/arena.h"
#include "menu/grub_cfg/tree.h"

struct log;
struct script;

enum {
    SCRIPT_STEPS = 300000,  /* commands, and rounds of loops, until the end is doubted */
    SCRIPT_HOST_STEPS = 30, /* what a command of the host's counts, or a look for a file */
    SCRIPT_DEPTH = 48, /* lists of statements inside of each other: functions, loops, sources */
};

/*
 * What a command returns: 0; a negative error, which it has logged (it has failed, and the script
 * goes on; only ERR_NO_MEMORY ends it); one of these; or a smaller positive number, which ends the
 * script and is what script_run() returns.
 */
enum script_result {
    SCRIPT_STATUS = 0x100, /* SCRIPT_STATUS + n: it has failed quietly, with n as $?; n <= 0xFF */
    SCRIPT_FALSE = SCRIPT_STATUS + 1,
    SCRIPT_UNKNOWN = 0x200, /* there is no such command */
};

/* A command that runs. */
struct script_call {
    struct script *script;
    const char *const *words; /* words[0]: its name; NULL after the last one; valid while it runs */
    size_t count;             /* of words */
    const struct block *block;         /* its last argument, in braces, or NULL */
    const struct statement *statement; /* where it stands */
};

struct script_file {
    bool is_directory;
    uint64_t size;    /* bytes */
    int64_t modified; /* seconds since 1970 */
};

/* Takes names, one after the other. False: no more. */
struct script_names {
    bool (*take)(struct script_names *, const char *name);
};

/* What is around the script. */
struct script_host {
    /* Runs a command. Returns as enum script_result has it. */
    int (*run)(struct script_host *, const struct script_call *);

    /* echo: a text, and a line's end after it or not. */
    void (*print)(struct script_host *, const char *text, bool newline);

    /* Finds a file or directory. Returns 0, or an error that is NOT logged. */
    int (*file)(struct script_host *, const char *path, struct script_file *);

    /*
     * The names in a folder but "." and "..", or devices where it is NULL: "(hd0,gpt2)". Of one that cannot be
     * read there are none; nothing is logged.
     */
    void (*names)(struct script_host *, const char *folder, struct script_names *);
};

/* A call of a function, or an entry: $1, $2 ... */
struct scope {
    const char *const *words; /* the one before $1 first */
    size_t count;             /* of parameters */
    size_t kept;              /* the scratch arena's mark that the words lie below */
};

struct script {
    struct script_host *host;
    const char *typed; /* the name of a text that needs no place in messages; NULL: all do */
    struct log *log;
    struct arena variable_memory;
    struct arena function_memory; /* functions, and what eval has parsed */
    struct arena scratch; /* the words of running commands, which are given back in reverse order */
    struct variables variables;
    struct names functions;
    struct scope *scope; /* NULL: outside of functions and entries */

    unsigned definitions; /* of functions, so far */
    bool wildcards;       /* * and ? stand for what is there: the module regexp has been loaded */
    int status;           /* $?: 0 is true */
    int ended;            /* not 0: nothing more runs, and script_run() returns it */
    unsigned limit;       /* of steps, SCRIPT_STEPS */
    unsigned steps;       /* that are left */
    unsigned depth;
    unsigned loops;  /* that run in this function */
    unsigned breaks; /* of them that end, inside first */
    bool continues;  /* the last one of these goes on with its next round */
    bool returns;    /* the function ends */
};

/* Starts without variables and functions. Takes 1.5 MiB of the arena. Returns 0 or ERR_NO_MEMORY. */
int script_open(struct script *, struct script_host *, struct arena *, struct log *);

/*
 * Runs statements, from the outside: steps are counted anew. Returns 0, what ended the script (a
 * command's positive answer) or an error (logged): ERR_LOOP after too many steps or too deep calls,
 * ERR_NO_MEMORY, ERR_TOO_LARGE (words that are too long). script->status has the last command's.
 */
int script_run(struct script *, const struct statement *first);

/* The same for a block, with parameters: words[0] is not one of them. */
int script_run_block(struct script *, const struct block *, const char *const *words, size_t count);

/*
 * Runs statements from within a command: `source`. Returns what the command is to return. `call` is
 * the command's, for its place.
 */
int script_continue(const struct script_call *, const struct statement *first);

/* A command that does much counts as several. False: the script has ended. */
bool script_count(const struct script_call *, size_t steps);

/* Does a message name the file and line of a statement? Not of one that was typed. */
bool script_has_place(const struct script *, const struct statement *);

/* Says "FILE:LINE: COMMAND: what" and returns `error`. */
int script_fail(const struct script_call *, int error, const char *what);
