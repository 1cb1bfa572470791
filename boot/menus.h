/* SPDX-License-Identifier: BSD-2-Clause */
/* The menus that there are: a disk that has been upgraded for years can hold several. */
#pragma once

#include <stddef.h>

struct arena;
struct config;
struct devices;
struct grammar;
struct place;

struct found_menu {
    struct place *place;
    const char *path; /* on it */
    const struct grammar *grammar;
};

enum { MENUS_AT_PLACE = 32 };

/*
 * Those on one place, in the order in which they count: first those of its top level and default
 * subvolume, then those of other subvolumes, whose paths lie in the arena. Returns how many they are; a place that is
 * passed over, or has no file system, has none.
 */
size_t menus_at(struct devices *, struct place *, struct found_menu[MENUS_AT_PLACE],
                struct arena *);

/*
 * The same for EFI/NAME/grub.cfg, which leads to another menu: that one may be gone, or older than one that
 * is found without it, so these come last. Paths lie in the arena.
 */
size_t menus_of_efi_at(struct devices *, struct place *, struct found_menu[MENUS_AT_PLACE],
                       struct arena *);

/*
 * A menu of the menus on all places: its entries open them. Returns 0, ERR_NOT_FOUND when there is
 * none (not logged), or ERR_NO_MEMORY.
 */
int menus_config(struct config *, struct devices *, struct arena *);
