/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The grammars that configs are written in, one table, as file systems have theirs (fs/fs.c);
 * and the paths where such configs lie.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct config_text;
struct parser;

struct grammar {
    const char *name; /* of its kind of config: "menu.lst" */

    /* Is this text, whose name says nothing, written in it? NULL: nothing marks such a text. */
    bool (*recognise)(const struct config_text *);

    /*
     * Parses the text of parser->lines into parser->config; parser->error says what went wrong.
     * NULL: it is run, or other files belong to it: boot/ does that.
     */
    void (*parse)(struct parser *);

    /* Ends the command's name in its line. Returns the arguments after it. */
    char *(*cut_name)(char *line);

    bool goes_on;      /* a command that fails does not end its entry */
    bool names_kernel; /* its entries name their kernels: `boot` alone looks for no other one */
};

extern const struct grammar menu_lst, boot_cfg, grub_cfg, extlinux_conf, bls_entries;

/* Is it a folder of the Boot Loader Specification's entries, by its path? */
bool bls_is_folder(const char *path);

struct config_path {
    const char *path;
    const struct grammar *grammar;
};

/*
 * Where configs lie, on a root file system and on a /boot of its own. On each file system the first
 * one that is there counts.
 */
extern const struct config_path config_paths[];
extern const size_t config_path_count;

/* The grammar of a config, by the last component of its name, or else its text, or else menu.lst. */
const struct grammar *grammar_of(const struct config_text *);
