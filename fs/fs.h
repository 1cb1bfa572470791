/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * File systems. A driver (struct fs_type) only translates: identities to nodes, file offsets to places
 * on the volume, directory bytes to entries. Walking paths, symbolic links, holes, bounds,
 * reading and loop limits are written once, for all of them, in path.c, file.c and transfer.c.
 *
 *      volume_mount() -> struct volume     tries every driver in fs.c's table
 *      path_find()    -> struct node       walks directories and symbolic links
 *      file_open()    -> struct source     a regular file's bytes
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fs/source.h"

enum {
    LONG_NAME_SIZE = 768, /* bytes of any name and its NUL: 255 UTF-16 units of FAT in UTF-8 */
    LINK_SIZE = 4096,     /* bytes of a symbolic link's text, the NUL included */
    LABEL_SIZE = 64,
    UUID_SIZE = 40, /* as text: 36 characters for ext and the like, "1234-ABCD" for FAT */
};

struct cache;
struct fs_type;
struct node;

/* Which node of a volume it is: two numbers that mean something to its driver alone. */
struct node_id {
    uint64_t tree; /* 0 where a volume has one tree of nodes; a btrfs has one for each subvolume */
    uint64_t object; /* the inode's number; for FAT the place of its directory entry */
};

/* A mounted file system. */
struct volume {
    const struct fs_type *type;
    const struct source *source; /* the partition or disk it lies on */
    struct cache *cache;
    struct arena *arena;
    struct log *log;
    const char *subject; /* what is looked at, for messages: "(hd0,1)/boot/x"; NULL: the volume */
    void *private;       /* the driver's own, in the arena */
    struct node_id root; /* the root directory */
    struct node_id default_root, home_root; /* of trees in which a path is looked for next; tree 0:
                                               there is none */
    bool default_first;                     /* of the default one before all others */
    uint32_t block_size;
    bool ignore_case;       /* names match in either case (FAT) */
    bool shares_blocks;     /* several files, or pieces of one, can lie on the same blocks */
    bool clean;             /* unmounted, and nothing stands against changing a file in place */
    const char *protection; /* why nothing on it may be changed, whatever it says itself; or NULL */
    char label[LABEL_SIZE]; /* "" when it has none */
    char uuid[UUID_SIZE];   /* likewise */
    char details[128];      /* for `info`, e.g. "ext4, 4096-byte blocks, needs recovery" */
};

/* What a directory does not say, and what is none of these, is NODE_OTHER. */
enum node_type {
    NODE_OTHER,
    NODE_FILE,
    NODE_DIRECTORY,
    NODE_LINK,
    NODE_PIPE,
    NODE_CHARACTERS, /* a device */
    NODE_BLOCKS,     /* likewise */
    NODE_SOCKET,
};

/* A file, directory or symbolic link. Small enough to live on the stack. */
struct node {
    struct volume *volume;
    struct node_id id;
    enum node_type type;
    uint64_t size;         /* bytes */
    uint32_t mode;         /* permission bits, as in POSIX */
    uint32_t owner, group; /* numbers; 0 where the file system has none */
    uint32_t links;        /* names that lead to it; 0 where the file system does not count them */
    int64_t mtime;         /* seconds since 1970 */
    uint32_t mtime_nanoseconds; /* after that; 0 where the file system keeps none */
    uint32_t major, minor;      /* of a device, as its own system numbers it */
    bool shares_blocks;         /* with other files, perhaps: nothing is written to it */
    uint64_t private[32]; /* the driver's own: block pointers, extents, first cluster, a cursor */
};

struct dir_entry {
    struct node_id id;   /* for node_load() */
    enum node_type type; /* NODE_OTHER when the directory does not say */
    char name[LONG_NAME_SIZE];
};

/* A tree of nodes within a volume, with a root directory of its own. */
struct subvolume {
    uint64_t id;          /* of its nodes: node_id.tree */
    bool is_default;      /* it is mounted where none is named */
    char path[LINK_SIZE]; /* of its root directory: "/@/.snapshots/1/snapshot" */
};

struct fs_type {
    const char *name; /* "ext2" */

    /*
     * Recognizes and checks the file system on volume->source and fills in the rest of `volume`.
     * Returns 0; ERR_UNKNOWN when it is another format; ERR_CORRUPT or ERR_UNSUPPORTED, logged,
     * when it is this one but cannot be read.
     */
    int (*mount)(struct volume *);

    /* Fills in the rest of a node; node->volume and node->id are set. */
    int (*load)(struct node *);

    /*
     * Where byte `offset` (below node->size) of a file or directory lies: EXTENT_ZERO for a hole,
     * EXTENT_BELOW with `offset` in bytes of the volume (`below` is set by the caller), or
     * EXTENT_MADE with nothing but its length. May update a cursor in node->private.
     */
    int (*map)(struct node *, uint64_t offset, struct extent *);

    /* As a source's make(), for what map() calls EXTENT_MADE; NULL where it never does. */
    int (*make)(struct node *, uint64_t offset, void *buffer, size_t length);

    /*
     * The directory entry at *cursor, and moves the cursor after it. The first cursor is 0; what
     * others mean is the driver's.
     * "." and ".." are left out. Returns 1, 0 at the end, or an error. Each call moves the cursor
     * on, so every directory ends.
     */
    int (*next)(struct node *directory, uint64_t *cursor, struct dir_entry *);

    /*
     * The directory entry that `name` means, for a file system that knows better than to compare
     * all names: by a hash, in either case, by an alias. Returns 1, 0 when there is none, or an
     * error. NULL: it is the entry that has this name, byte for byte.
     */
    int (*lookup)(struct node *directory, const char *name, struct dir_entry *);

    /*
     * A symbolic link's text into text[LINK_SIZE], NUL-terminated. NULL: this file system has none.
     */
    int (*link)(struct node *, char *text);

    /*
     * The subvolume at *cursor, and moves the cursor after it; the one that paths begin in is left
     * out. Returns 1, 0 at the end, or an error. NULL: this file system has none.
     */
    int (*next_subvolume)(struct volume *, uint64_t *cursor, struct subvolume *);
};

/*
 * Tries every driver on `source` and fills in `volume`. Returns 0, ERR_UNKNOWN when none knows it
 * (not logged), or the error, logged, of the one that does.
 */
int volume_mount(struct volume *, const struct source *, struct cache *, struct arena *,
                 struct log *);

/* The same with one driver: ERR_UNKNOWN when it does not know it. */
int volume_mount_as(struct volume *, const struct fs_type *, const struct source *, struct cache *,
                    struct arena *, struct log *);

/* What a message about the volume or a node of it begins with. */
const char *volume_subject(const struct volume *);

/* For drivers: sets the UUID of 16 bytes, as text: "01234567-89ab-cdef-0123-456789abcdef". */
void volume_set_uuid(struct volume *, const uint8_t *bytes);

/* For drivers: reads metadata through the cache, inside of the volume; errors are logged. */
int volume_read(const struct volume *, uint64_t offset, void *buffer, size_t length);

/* For drivers: reads a directory's or link's bytes, through map and the cache. */
int node_read(struct node *, uint64_t offset, void *buffer, size_t length);

/* type->map, with `below` filled in, and an extent that is not empty. */
int node_where(struct node *, uint64_t offset, struct extent *);

/* Is a name "." or ".."? */
bool name_is_dots(const char *);

/* Loads a node of the volume and checks it. Returns 0 or an error (logged). */
int node_load(struct volume *, struct node_id, struct node *);

/*
 * The entry of a directory that `name`, which is not "." or "..", means. Returns 1, 0 when there is
 * none, or an error (logged).
 */
int node_lookup(struct node *directory, const char *name, struct dir_entry *);

/*
 * From now on paths are looked for in the tree of a node, too, where its volume has several: what a
 * menu names may count from the subvolume that it is in.
 */
void volume_set_home(const struct node *);

/*
 * Walks `path` (absolute; repeated slashes are one) from the root, through symbolic links: at most
 * 32 of them, each of less than LINK_SIZE bytes, absolute ones from the root of the tree that they
 * are in. What is not there is looked for in the volume's other trees. Returns 0; ERR_NOT_FOUND,
 * naming the first component that is missing; ERR_WRONG_TYPE when a component is no directory;
 * ERR_LOOP. Logged, except ERR_NOT_FOUND when `quiet`.
 */
int path_find(struct volume *, const char *path, struct node *, bool quiet);

/* The same, but the last component is not followed when it is a link. */
int path_find_link(struct volume *, const char *path, struct node *, bool quiet);

/* For drivers: the type in an inode's mode, where all of UNIX's file systems have it. */
enum node_type mode_type(uint16_t mode);

/* Is it a device: characters or blocks? */
bool node_is_device(const struct node *);

/*
 * For drivers: takes a device's number, as Linux and NetBSD pack it into 32 bits
 *
 *      31           20           8       0
 *      | minor, high | major     | minor |
 */
void node_take_device(struct node *, uint32_t packed);

enum { MODE_TEXT_SIZE = 11 };

/* A node's type and permissions as people read them: "drwxr-xr-x". */
void node_mode_text(const struct node *, char text[MODE_TEXT_SIZE]);

/* A regular file as a source. */
struct file {
    struct source source;
    struct node *node;
};

/*
 * Opens the regular file `node` under `name`, for messages; both are kept, not copied.
 * ERR_WRONG_TYPE (logged) when it is no file.
 */
int file_open(struct file *, struct node *, const char *name);

/*
 * Changes `length` bytes of a file in place, where they lie on the disk; nothing is allocated, and
 * no metadata changes. Returns 0; ERR_DENIED (logged) when the disk is read-only, or the file system
 * is protected or not clean; ERR_UNSUPPORTED (logged) when some of the bytes have no sectors of their own (a
 * hole, data in an inode, in a journal); or an error of the disk (logged).
 */
int file_rewrite(const struct file *, uint64_t offset, const void *bytes, size_t length);
