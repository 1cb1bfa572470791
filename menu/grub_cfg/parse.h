/* SPDX-License-Identifier: BSD-2-Clause */
/* From a script's text to its tree. */
#pragma once

#include "menu/grub_cfg/tree.h"

enum { GRUB_CFG_DEPTH = 32 /* blocks, ifs and loops inside of each other */ };

/*
 * Parses `length` bytes of the file (or other text) called `name`. Where they are wrong, a line in
 * the log says "NAME:LINE:COLUMN: expected ..., found ...", and *first has the statements before the
 * one that is wrong. Returns 0, ERR_INVALID, ERR_TRUNCATED (the text ends where more must follow),
 * ERR_LOOP (nested too deeply) or ERR_NO_MEMORY. The tree lies in the arena; it points into `text`
 * and to `name`, which must stay.
 */
int grub_cfg_parse(struct statement **first, const char *name, const char *text, size_t length,
                   struct arena *, struct log *);
