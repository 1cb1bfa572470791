/* SPDX-License-Identifier: BSD-2-Clause */
/* From words with their quoting to words as commands get them. */
#pragma once

#include "boot/script/script.h"

struct expanded {
    const char **words; /* NULL after the last one */
    size_t count;
    size_t size; /* bytes of them all */
};

/*
 * Expands words. The result lies in the script's scratch arena. Returns 0, ERR_TOO_LARGE where they do
 * not fit into it, or ERR_LOOP where wildcards took all steps that were left; neither is logged.
 */
int expand_words(struct script *, const struct word *, struct expanded *);

/*
 * Replaces $name and ${name} in a text that is no script, as a BLS file's lines are: without
 * splitting, and without quotes. What is not set becomes nothing. In the arena, or NULL.
 */
char *expand_text(const struct variables *, const char *text, struct arena *);
