/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opens a config, whatever its kind: a text that is parsed, a script that is run, or files that belong
 * together.
 *
 *      menu.lst, boot.cfg      menu/grammar            a text
 *      grub.cfg                boot/grub               a script
 *      extlinux.conf           menu/extlinux           a text, and what it includes
 *      loader/entries          menu/bls                a folder, a file for each entry
 */
#pragma once

#include "boot/commands/commands.h"
#include "boot/devices.h"
#include "menu/config.h"

struct bls_entry;
struct search;

/*
 * Opens the config at `path`, which lies at context->plan.root; paths of its entries begin there.
 * Returns 0; COMMAND_CONFIG, where it opens context->next_config instead; or an error (logged, except
 * ERR_NOT_FOUND when `quiet`). All results lie in context->arena.
 */
int open_config(struct config *, const char *path, bool quiet, struct context *);

/* The same for a text that is in memory. */
int open_text(struct config *, const struct config_text *, struct context *);

/* Reads a file of at most 4 MiB. Returns 0 or an error (logged). */
int open_read(const struct context *, const struct file *, struct config_text *);

/* Is there a file at this path of context->plan.root? */
bool open_is_there(const struct context *, const char *path);

/* ---- follow.c ---- */

/* A context that opens configs; their paths begin at `place` (NULL: a text in memory). */
struct context open_context(const struct search *, struct place *);

/*
 * Opens the config at `path` of *home, and what it opens in its place; *home becomes the last one's. Returns
 * 0 or an error (logged, except ERR_NOT_FOUND when `quiet`).
 */
int open_following(const struct search *, struct config *, struct place **home, const char *path,
                   bool quiet);

/* ---- extlinux.c ---- */

/*
 * Fills in the config of a SYSLINUX, EXTLINUX or ISOLINUX. Returns 0; COMMAND_CONFIG, where it opens
 * context->next_config at once; or ERR_NO_MEMORY.
 */
int open_extlinux(struct config *, const struct config_text *, struct context *);

/* ---- bls.c ---- */

struct bls_list {
    struct bls_entry *entries;
    size_t count;
    const char *base; /* the folder that holds loader/entries: "" or "/boot" */
};

/*
 * Reads the entries in the folder `path`, sorted by `compare`; one that cannot be read is logged and left
 * out. Returns 0, or an error (logged, except ERR_NOT_FOUND).
 */
int open_bls_list(struct bls_list *, const char *path,
                  int (*compare)(const struct bls_entry *, const struct bls_entry *),
                  const struct context *);

/*
 * An entry's path is relative to the file system that its folder is on, or to /boot on that: in the arena, or
 * NULL.
 */
const char *open_bls_path(const struct context *, const struct bls_list *, const char *path);

/* The config of a folder of entries, without any GRUB. Returns 0 or an error (logged). */
int open_bls(struct config *, const char *path, struct context *);
