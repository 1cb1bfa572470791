/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What extra= of the domain's configuration says to the loader, in words as a shell has them (boot/host_words.h):
 *
 *      (hd0,0)/boot/grub/menu.lst     the config, as pv-grub takes it; also hd0a:/boot.cfg
 *      pvboot.config=PATH             the same
 *      pvboot.menu=KIND               the first config of this kind: menu.lst, boot.cfg, grub.cfg, bls,
 *                                     extlinux
 *      pvboot.append="WORDS"          more words for the kernel's line
 *      pvboot.entry=N                 the entry to boot, from 0
 *      pvboot.timeout=N               seconds; 0: at once; -1: wait for a key
 *      pvboot.patience=N              seconds that a disk may say nothing, where nobody is there to
 *                                     give it up; from 1 on, else 120; -1: for ever
 *      pvboot.trace=1                 say where the time went, before the next kernel is entered
 *      pvboot.stage=N                 an older pvboot's: it has started this one, from a disk
 */
#pragma once

#include <stdbool.h>

struct arena;
struct log;

struct options {
    const char *config; /* NULL: search for one */
    const char *menu;   /* of which kind; NULL: of any */
    const char *append; /* to a kernel's line; NULL: nothing */
    bool trace;
    bool has_entry, has_timeout, has_patience;
    int entry, timeout, patience;
    bool is_next_stage; /* another pvboot has started this one */
};

/* Other words are passed over; one that begins with "pvboot." is logged. Returns 0 or ERR_NO_MEMORY. */
int options_parse(struct options *, const char *command_line, struct arena *, struct log *);
