/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is behind a struct pvboot_menu: a machine that is only thought of, with the handle's disks, and the menu that
 * the loader would show in it. Its arena is as large as the loader's there.
 */
#pragma once

#include "boot/devices.h"
#include "boot/options.h"
#include "boot/trace.h"
#include "lib/arena.h"
#include "libpvboot/pvboot.h"
#include "libpvboot/verdicts.h"
#include "menu/config.h"
#include "pvops/machine.h"

struct pvboot_menu {
    struct pvboot *pvboot;
    struct arena arena;
    struct arena devices_arena; /* inside of it */
    struct arena texts;         /* what is shown lies in one of its own, ... */
    size_t texts_mark;          /* ... where what is there for one call only begins here */
    struct trace trace;
    struct asked asked; /* the domains that are thought of */
    struct memory_range memory;
    struct machine machine;
    struct devices devices;
    struct options options;
    struct config config; /* without a root: there is none */
    struct place *home;   /* of the config; NULL: it is a text in memory */
    struct pvboot_menu_about about;
    const char *const *others; /* NULL: nobody has asked */
    size_t other_count;
    struct pvboot_entry entry; /* that was asked for last */
    struct pvboot_trial trial; /* likewise */
};

/* Finds and parses the config as the loader would, with what extra= says. Returns 0 or an error (logged). */
int menu_find_config(struct pvboot_menu *);

/* "(hd0,gpt2)/boot/vmlinuz": in menu->texts, or NULL. */
const char *menu_name_path(struct pvboot_menu *, const struct place *, const char *path);

/* Each call that takes a menu begins so: what was shown for the one before is gone. */
void menu_begin(struct pvboot_menu *);

/* The entry of this number, or NULL. */
struct entry *menu_find_entry(struct pvboot_menu *, size_t number);
