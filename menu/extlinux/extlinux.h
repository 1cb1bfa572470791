/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configs of SYSLINUX, EXTLINUX and ISOLINUX (the SYSLINUX wiki's pages "Config" and "Menu"):
 * keywords in any case, an entry for each LABEL.
 *
 *      DEFAULT linux
 *      TIMEOUT 50                          tenths of a second
 *      LABEL linux
 *          MENU LABEL ^Debian GNU/Linux
 *          LINUX /vmlinuz
 *          INITRD /initrd.img,/more.img
 *          APPEND root=/dev/xvda1 ro
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct log;

enum extlinux_kind {
    EXTLINUX_NOTHING, /* no kernel is named */
    EXTLINUX_LINUX,   /* KERNEL, LINUX */
    EXTLINUX_CONFIG,  /* another config: `kernel` is its path */
    EXTLINUX_LABEL,   /* another entry, which a program would choose: `kernel` is its label */
    EXTLINUX_PROGRAM, /* COM32, and KERNEL with something that is no kernel: .c32, .bin, .img ... */
    EXTLINUX_LOCAL,   /* LOCALBOOT: the next boot device */
    EXTLINUX_SUBMENU, /* MENU BEGIN: `children` */
    EXTLINUX_SEPARATOR, /* MENU SEPARATOR, and lines that only show a text */
};

struct extlinux_initrd {
    const char *path; /* as it is written */
    struct extlinux_initrd *next;
};

struct extlinux_entry {
    enum extlinux_kind kind;
    const char *label;     /* NULL: it has none */
    const char *title;     /* what the menu shows: MENU LABEL without '^', or the label */
    char hotkey;           /* lower case; 0: none */
    const char *kernel;    /* as it is written: relative to the config's folder */
    const char *arguments; /* of the kernel, without initrd=; "" */
    struct extlinux_initrd *initrds, **initrds_end;
    bool is_default; /* MENU DEFAULT */
    bool hidden;     /* MENU HIDE: in no menu, but its label may be named */
    bool disabled;   /* MENU DISABLE: shown, and not to be chosen */
    unsigned line;
    const char *file; /* that it stands in, for messages, and whose folder paths are relative to */
    struct extlinux_entry *children, *next;
};

enum { EXTLINUX_NO_TIMEOUT = -1 };

struct extlinux_config {
    struct extlinux_entry *entries;
    const char *title;         /* MENU TITLE, or NULL */
    const char *default_label; /* DEFAULT, perhaps with arguments after it; NULL: none was named */
    const char *on_timeout;    /* ONTIMEOUT; NULL: the default */
    int timeout;               /* tenths of a second, the smaller one of TIMEOUT and TOTALTIMEOUT */
    bool prompt;               /* PROMPT 1: the menu waits even where no key is held */
    bool has_menu;             /* a menu's program is named: menu.c32, vesamenu.c32 */
    bool hidden;               /* MENU HIDDEN: it shows once a key is pressed */
};

/* Reads the files that INCLUDE names. */
struct extlinux_files {
    /*
     * The text of the file at `path`, as it is written in the file called `from`; *name becomes its
     * own name. All stay as long as the result. Returns 0 or an error (logged): the file is then
     * passed over, but for ERR_NO_MEMORY.
     */
    int (*read)(struct extlinux_files *, const char *from, const char *path, const char **name,
                const char **text, size_t *length);
};

/*
 * Parses the config called `name`. Keywords that mean nothing here are passed over, unknown ones
 * too, as SYSLINUX does. Returns 0 or ERR_NO_MEMORY. The result lies in the arena.
 */
int extlinux_parse(struct extlinux_config *, const char *name, const char *text, size_t length,
                   struct extlinux_files *, struct arena *, struct log *);

/* The entry whose label is the first word of a line, in submenus too, or NULL. */
const struct extlinux_entry *extlinux_find(const struct extlinux_entry *, const char *line);

/*
 * Which entry boots when nobody is there: the one that DEFAULT names, MENU DEFAULT's, ONTIMEOUT's,
 * or the first one that boots something. NULL: there is none.
 */
const struct extlinux_entry *extlinux_default(const struct extlinux_config *);

/* "DEFAULT linux single": what the kernel of that entry gets after its own arguments; "": nothing. */
const char *extlinux_default_arguments(const struct extlinux_config *);
