/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entries of the Boot Loader Specification (uapi-group.org, type 1): a file for each in
 * loader/entries, with a key on each line, and loader/loader.conf.
 *
 *      # loader/entries/6a9857a393724b7a981ebb5b8495b9ea-6.1.0-18-amd64.conf
 *      title      Fedora Linux 40
 *      version    6.8.5-301.fc40.x86_64
 *      linux      /vmlinuz-6.8.5-301.fc40.x86_64
 *      initrd     /initramfs-6.8.5-301.fc40.x86_64.img $tuned_initrd
 *      options    root=UUID=... ro $tuned_params
 *
 * Values may name variables of grubenv's; they are as the file has them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct log;

/* The values of a key that may stand on several lines. */
struct bls_values {
    const char **values;
    size_t count;
};

struct bls_entry {
    const char *id; /* the file's name without folder, ".conf" and "+3-1", the number of tries */
    unsigned tries_left; /* BLS_NO_COUNT: they are not counted */
    const char *title;   /* these are NULL where there is no such line */
    const char *version;
    const char *machine_id;
    const char *sort_key;
    const char *architecture; /* "x64", "aa64" ... */
    const char *linux_path;
    const char *other;         /* "efi" or "uki": what the entry boots that is no Linux */
    struct bls_values initrds; /* each perhaps several paths with blanks between them */
    struct bls_values options;
    const char *grub_users;
    const char *grub_arg;
    const char *grub_hotkey;
};

enum { BLS_NO_COUNT = 0xFFFF };

/*
 * Parses an entry; `path` is its file's, for its id. Keys that mean nothing here are passed over. Returns 0 or
 * ERR_NO_MEMORY. What the entry has lies in the arena.
 */
int bls_parse_entry(struct bls_entry *, const char *path, const char *text, size_t length,
                    struct arena *);

/* Menus' order: below 0 where `left` comes first. By sort-key, then newest first, as systemd-boot has it. */
int bls_compare(const struct bls_entry *left, const struct bls_entry *right);

/* GRUB's: by the files' names as packages have them, newest first. */
int bls_compare_by_id(const struct bls_entry *left, const struct bls_entry *right);

enum { BLS_TIMEOUT_NEVER = -1, BLS_TIMEOUT_NONE = -2 /* not said */ };

struct bls_loader {
    const char *
        default_id; /* a pattern with * and ?, perhaps with ".conf"; "@saved"; NULL: the first one */
    int timeout;    /* seconds, or BLS_TIMEOUT_... */
};

/* loader.conf. What is wrong is a line in the log, by `name`. Returns 0 or ERR_NO_MEMORY. */
int bls_parse_loader(struct bls_loader *, const char *name, const char *text, size_t length,
                     struct arena *, struct log *);

/* Is it the entry that this pattern means? */
bool bls_matches(const char *pattern, const char *id);
