/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Disks, what is assembled of them, their partitions, and the file systems on these, by the names of
 * boot/device_name.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boot/place.h"

struct machine;

struct devices {
    struct arena *arena;
    struct log *log;         /* somebody who only asks may change it for a while */
    struct log *lasting_log; /* for file systems, which keep the one that they are mounted with */
    struct cache *cache;
    struct place *places; /* disks in order, each before its partitions; a logical disk follows
                             the member that it is read from */
    size_t count;
    bool counts_from_one; /* numbers in partitions' names, as in a grub.cfg that runs */
};

/*
 * How many bytes the arena for that is to have in a domain with so much memory: for the cache,
 * partitions, mounted file systems, and what their journals hold.
 */
size_t devices_room(uint64_t memory);

/*
 * Looks at every disk's partition table, and assembles logical disks of their members. Returns 0 or
 * ERR_NO_MEMORY; a disk that cannot be read is logged and left out.
 */
int devices_open(struct devices *, struct disk *const *disks, size_t disk_count, struct arena *,
                 struct log *);

/*
 * Fetches what the next DEVICES_AHEAD places, from number `first` on, begin with, for whoever is
 * going to look at one after the other: they are asked side by side.
 */
enum { DEVICES_AHEAD = 8 };
void devices_look_ahead(const struct devices *, size_t first);

/* The file system at `place`, or NULL (what is wrong with one has been logged, once). */
struct volume *devices_volume(struct devices *, struct place *);

/*
 * The same for whoever looks at all places in turn: NULL too where what is there counts only when
 * somebody names it. A file system beside a partition table is logged, once.
 */
struct volume *devices_searched(struct devices *, struct place *);

/* place_describe(), of a place that may not have been mounted yet. */
void devices_describe(struct devices *, struct place *, char text[PLACE_TEXT_SIZE]);

/* Logs what is there instead of a file system. Returns the error: ERR_NOT_FOUND where none is. */
int devices_no_volume(struct devices *, struct place *);

/* The place called `name`, of `length` characters: "(hd0,1)", "hd0e:". NULL, logged: none is. */
struct place *devices_find(const struct devices *, const char *name, size_t length);

/* The first place with a file system, of those that are looked at in turn; or NULL. */
struct place *devices_first(struct devices *);

/*
 * Splits "(hd0,1)/x" or "hd0a:x" into its place and what follows; a path without a device is
 * relative to `root` (NULL: the first file system). Returns the place, or NULL (logged).
 */
struct place *devices_resolve(struct devices *, struct place *root, const char *path,
                              const char **rest);

/*
 * Opens the file at `path` as devices_resolve takes it: `file` and `node` are the caller's. Returns
 * 0 or an error (logged, except ERR_NOT_FOUND when `quiet`).
 */
int devices_open_file(struct devices *, struct place *root, const char *path, bool quiet,
                      struct file *, struct node *);
