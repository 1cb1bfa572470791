/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libpvboot reads disk images and block devices as the boot loader pvboot does, and never writes to them.
 *
 *      pvboot_new -> pvboot_add -> pvboot_volume        what is on the disks
 *                                  pvboot_stat          one file
 *                                  pvboot_walk_open     a directory, or a whole tree
 *                                  pvboot_file_open     a file's bytes
 *                                  pvboot_menu_open     what a domain would boot
 *                 -> pvboot_free
 *
 * A path is "(hd0,gpt2)/boot/x", on a partition of the first disk that was added, or "/boot/x", on the first
 * file system that can be read.
 *
 * A function that can fail returns 0 (or, where that is said, a count) or an error, which is negative;
 * pvboot_message() then says what is wrong, with device and path, in a sentence for people.
 *
 * There is no state but that of a handle, which one thread at a time may use, and all that was opened by it. It is
 * closed before the handle is freed; each pvboot_..._close() and pvboot_free() takes NULL, too.
 *
 * Structs are the library's: they may grow at their ends. What they point to is as they are: there until
 * what is said of the function that gave them. Names are a disk's bytes, which need not be UTF-8.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PVBOOT_API __attribute__((visibility("default")))

enum pvboot_error {
    PVBOOT_ERR_IO = -1,          /* a device failed */
    PVBOOT_ERR_NO_MEMORY = -2,   /* or the domain is too small */
    PVBOOT_ERR_NOT_FOUND = -3,   /* no such image, device or file */
    PVBOOT_ERR_WRONG_TYPE = -4,  /* a directory where a file is needed, or the other way round */
    PVBOOT_ERR_CORRUPT = -5,     /* a field on a disk has a value that cannot be */
    PVBOOT_ERR_UNSUPPORTED = -6, /* understood, and deliberately not done */
    PVBOOT_ERR_UNKNOWN = -7,     /* a format that is not known */
    PVBOOT_ERR_LOOP = -8,        /* too many symbolic links, or a directory in itself */
    PVBOOT_ERR_TOO_LARGE = -9,   /* more than there is room for */
    PVBOOT_ERR_RANGE = -10,      /* outside of a file, a partition or a disk */
    PVBOOT_ERR_INVALID = -12,    /* an argument that makes no sense */
    PVBOOT_ERR_DENIED = -14,     /* permission, or a password */
    PVBOOT_ERR_TRUNCATED = -15,  /* the data end where more must follow */
};

/* A few words for an error: "I/O error". */
PVBOOT_API const char *pvboot_error_text(int error);

/* ---- a handle, and its disks ---------------------------------------------------------------- */

struct pvboot;

/* Returns a handle, or NULL when there is no memory. */
PVBOOT_API struct pvboot *pvboot_new(void);
PVBOOT_API void pvboot_free(struct pvboot *);

/* What the last call that took this handle, or something opened by it, had to say: sentences, in order. */
PVBOOT_API size_t pvboot_message_count(const struct pvboot *);

/* One of them, there until the next call; NULL: there are not so many. */
PVBOOT_API const char *pvboot_message(const struct pvboot *, size_t index);

/* Hands each sentence to `line`, too, when it is said. NULL: to nobody. */
PVBOOT_API void pvboot_on_message(struct pvboot *, void (*line)(void *context, const char *text),
                                  void *context);

/*
 * Tells `loaded`, while pvboot_menu_try() loads a file, how many bytes of it are there, or unpacked: each file begins anew.
 * NULL: nobody.
 */
PVBOOT_API void pvboot_on_progress(struct pvboot *, void (*loaded)(void *context, uint64_t bytes),
                                   void *context);

/*
 * Adds a disk: an image file, a block device, or an NBD server's export ("nbd+unix:///?socket=PATH"); the first is hd0. All
 * are added before anything is read.
 *
 * `format`: "raw", "qcow2", "vhd", "vmdk", "vhdx", "vdi"; NULL: a file is looked at, and refused where it can name other
 * files of the host. All but raw ones want libnbd and qemu-nbd. `sector_size`: bytes, 512 to 4096; 0: as a device says, or
 * 512. Errors: NOT_FOUND, INVALID, TOO_LARGE, UNSUPPORTED, IO.
 */
PVBOOT_API int pvboot_add(struct pvboot *, const char *image, const char *format,
                          uint32_t sector_size);

/* ---- volumes -------------------------------------------------------------------------------- */

/* A tree of a file system that has several, beside the one that paths begin in. */
struct pvboot_subvolume {
    uint64_t id;
    const char *path; /* "/@/home" */
    bool is_default;  /* it is mounted where none is named */
};

/* A disk, a partition, or what is assembled of them. */
struct pvboot_volume {
    const char *name;            /* "(hd0,gpt2)" */
    const char *short_name;      /* "(hd0,1)": as messages have it */
    uint64_t size;               /* bytes */
    const char *device;          /* of a whole disk: by the host's name; else NULL */
    const char *type;            /* of a partition: as its table has it; else NULL */
    const char *partition_label; /* NULL: none; so are the following */
    const char *table;           /* what divides it: "MBR partition table" */
    const char *filesystem;      /* "ext2" */
    const char *details;         /* of that: "ext4, 1024-byte blocks" */
    const char *label, *uuid;
    const char *member;   /* of what it is one */
    const char *contents; /* what is there, for people, whether it can be read or not */
    bool is_divided;      /* others lie in it */
    const struct pvboot_subvolume *subvolumes;
    size_t subvolume_count;
    const char *format; /* of a whole disk's image: "raw", "qcow2" ..., or "nbd"; else NULL */
};

/* How many there are: disks, each before its partitions. Or an error. */
PVBOOT_API int pvboot_volume_count(struct pvboot *);

/* One of them, there as long as the handle. NULL: there are not so many, or no memory. */
PVBOOT_API const struct pvboot_volume *pvboot_volume(struct pvboot *, size_t index);

/* ---- files and directories ------------------------------------------------------------------ */

enum pvboot_type {
    PVBOOT_OTHER,
    PVBOOT_FILE,
    PVBOOT_DIRECTORY,
    PVBOOT_LINK,
    PVBOOT_PIPE,
    PVBOOT_CHARACTERS, /* a device */
    PVBOOT_BLOCKS,     /* likewise */
    PVBOOT_SOCKET,
};

struct pvboot_node {
    const char *path;  /* "(hd0,gpt2)/boot/x"; one of over 8000 bytes is cut */
    const char *below; /* the end of it, below where a walk began: "x" */
    const char *name;  /* "x" */
    enum pvboot_type type;
    uint32_t mode;        /* permissions, as in POSIX: 12 bits */
    char mode_text[12];   /* "drwxr-xr-x" */
    uint64_t size;        /* bytes */
    uint64_t tree, inode; /* the same for all names of one file, on one volume */
    uint32_t links;       /* how many names those are; 0: not counted */
    uint32_t owner, group;
    uint32_t major, minor; /* of a device */
    uint32_t mtime_nanoseconds;
    int64_t mtime;          /* seconds since 1970 */
    const char *target;     /* of a link, when it can be read; else NULL */
    unsigned depth;         /* in a walk: how many directories below its beginning */
    bool leaving;           /* a directory that the walk is done with */
    const char *short_path; /* "(hd0,1)/boot/x": as messages have it */
};

/* What `path` names, be it a link: there until the next pvboot_stat() of this handle. */
PVBOOT_API int pvboot_stat(struct pvboot *, const char *path, const struct pvboot_node **);

struct pvboot_walk;

enum {
    PVBOOT_WALK_DEEP = 1,    /* into all directories, too */
    PVBOOT_WALK_LEAVING = 2, /* and they come a second time, after what is in them */
};

/* Begins with what is in the directory `path`; with the file itself, where it is none. */
PVBOOT_API int pvboot_walk_open(struct pvboot *, const char *path, unsigned flags,
                                struct pvboot_walk **);

/*
 * The next file or directory, in the order of the disk: there until the next call. Returns 1, 0 at the end, or
 * an error: that one is left out, and the next call goes on.
 */
PVBOOT_API int pvboot_walk_next(struct pvboot_walk *, const struct pvboot_node **);

/* Goes not into the directory that the walk has just come to. */
PVBOOT_API void pvboot_walk_skip(struct pvboot_walk *);
PVBOOT_API void pvboot_walk_close(struct pvboot_walk *);

struct pvboot_file;

/* Opens the file `path`, through links; or the one that the walk has just come to. */
PVBOOT_API int pvboot_file_open(struct pvboot *, const char *path, struct pvboot_file **);
PVBOOT_API int pvboot_walk_file(struct pvboot_walk *, struct pvboot_file **);

/* Bytes. */
PVBOOT_API uint64_t pvboot_file_size(const struct pvboot_file *);

/* Its device and path, for messages. */
PVBOOT_API const char *pvboot_file_name(const struct pvboot_file *);

/* Returns how many bytes from `offset` on were read: less than `length` only at the end. Or an error. */
PVBOOT_API int64_t pvboot_file_read(struct pvboot_file *, uint64_t offset, void *buffer,
                                    size_t length);

/*
 * The next piece of a file that is no hole: `length` bytes from `offset` on. Returns 1, 0 at the end, or an
 * error.
 */
PVBOOT_API int pvboot_file_next_piece(struct pvboot_file *, uint64_t *offset, uint64_t *length);
PVBOOT_API void pvboot_file_close(struct pvboot_file *);

/* ---- menus ---------------------------------------------------------------------------------- */

/* Xen's types of domains, as xl's `type` says them. */
enum { PVBOOT_DOMAIN_PV = 1, PVBOOT_DOMAIN_PVH = 2 };

/* The domain that is thought of; all zero is the usual one. */
struct pvboot_domain {
    uint64_t memory;      /* MiB; 0: 512 */
    uint64_t types;       /* that are asked about; 0: both */
    const char *extra;    /* what extra= of its configuration says; NULL: nothing */
    uint64_t reserved[5]; /* 0 */
};

struct pvboot_menu;

struct pvboot_menu_about {
    const char *config; /* "(hd0,gpt2)/boot/grub/grub.cfg"; NULL: there is none, and no entries */
    const char *short_name; /* "(hd0,1)/boot/grub/grub.cfg": as messages have it */
    const char *kind;       /* "menu.lst", "boot.cfg", "grub.cfg", "bls", "extlinux" */
    size_t entry_count;
    size_t default_entry; /* below entry_count */
    int timeout;          /* seconds; 0: at once; -1: never */
    const char *const *banner;
    size_t banner_count;
    const size_t *fallbacks; /* entries that are tried in turn where the default fails */
    size_t fallback_count;
};

/*
 * Finds and reads the menu that the domain would show. Returns 0, also where there is none, or none that can be read:
 * pvboot_message() says so. An error: there is no menu to close.
 */
PVBOOT_API int pvboot_menu_open(struct pvboot *, const struct pvboot_domain *,
                                struct pvboot_menu **);
PVBOOT_API void pvboot_menu_close(struct pvboot_menu *);

/* There as long as the menu. */
PVBOOT_API const struct pvboot_menu_about *pvboot_menu_about(const struct pvboot_menu *);

/* Paths of the menus that are there, but do not count: there as long as the menu. Returns how many, or an error. */
PVBOOT_API int pvboot_menu_others(struct pvboot_menu *, const char *const **paths);

struct pvboot_entry {
    size_t number; /* depth first, from 0 */
    const char *title;
    const char *id;              /* by which a default can name it; NULL: none */
    const char *const *submenus; /* titles of those that it is in, the outermost first */
    size_t submenu_count;
};

/* One of the entries, there until the next call that takes the menu. NULL: there are not so many, or no memory. */
PVBOOT_API const struct pvboot_entry *pvboot_menu_entry(struct pvboot_menu *, size_t number);

/* A file that an entry loads beside its kernel. */
struct pvboot_module {
    const char *path;
    const char *arguments; /* of an initrd "" */
    int64_t size;          /* bytes; -1: it is not there */
};

/* What is known of an entry that was tried, for people: "initrd", "1893 KiB". */
struct pvboot_fact {
    const char *name, *text;
};

/* What would come of an entry in a domain of one type. */
struct pvboot_verdict {
    bool
        is_judged; /* it was asked about, and all files could be loaded; otherwise nothing is known: */
    bool boots;
    uint64_t memory;   /* bytes that the guest takes, without the loader; 0: not known */
    const char *error; /* why it does not boot; NULL: it does */
};

struct pvboot_trial {
    bool boots; /* the loader would enter it, in one of the domains at least: */
    struct pvboot_verdict pv, pvh;
    const char *kernel; /* its path; NULL: none was named, or something was wrong before that */
    const char *format; /* "bzImage, xz"; NULL: it could not be read */
    const char *arguments;
    const struct pvboot_module *initrds;
    size_t initrd_count;
    const struct pvboot_module *modules;
    size_t module_count;
    const struct pvboot_fact *facts;
    size_t fact_count;
};

/*
 * Loads an entry as the loader would, and stops where it would be entered. Returns 0, also for one that would not boot:
 * pvboot_message() says why. The trial is there until the next call that takes the menu.
 */
PVBOOT_API int pvboot_menu_try(struct pvboot_menu *, size_t number, const struct pvboot_trial **);

#ifdef __cplusplus
}
#endif
