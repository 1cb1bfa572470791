/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Walking a path. What is left to walk is one text, in the arena for as long as the walk takes; a
 * symbolic link puts its own text before it:
 *
 *      /boot/kernel/initrd    with kernel -> ../vm/6.1
 *      "boot/kernel/initrd" -> "kernel/initrd" -> "../vm/6.1/initrd" -> "vm/6.1/initrd" -> ...
 */
#include <string.h>

#include "fs/fs.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

enum {
    LINK_LIMIT = 32,   /* symbolic links in one walk */
    DEPTH_LIMIT = 256, /* directories that ".." can go back through */
    NAME_LIMIT = 1024, /* names that are looked up in one walk: links can have thousands */
    REST_SIZE = 2 * LINK_SIZE,
};

struct walk {
    struct volume *volume;
    struct node_id root;
    const char *path; /* as asked for, for messages */
    bool quiet;
    bool follow_last;
    unsigned links, names;
    size_t depth;
    struct node_id parents[DEPTH_LIMIT]; /* directories from the root to `node` */
    char rest[REST_SIZE];                /* what is left to walk */
    char text[LINK_SIZE];                /* of a symbolic link */
    struct dir_entry entry;
};

bool name_is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Cuts the first component off the text. Returns an empty one at the end. */
static void next_component(char *rest, char *component)
{
    size_t slashes = strspn(rest, "/");
    size_t length = strcspn(rest + slashes, "/");
    size_t copied =
        length < LONG_NAME_SIZE ? length : LONG_NAME_SIZE - 1; /* longer names are nowhere */
    memcpy(component, rest + slashes, copied);
    component[copied] = '\0';
    memmove(rest, rest + slashes + length, strlen(rest + slashes + length) + 1);
}

static int missing(const struct walk *walk, const char *name)
{
    if (walk->quiet) {
        return ERR_NOT_FOUND;
    }
    return fail(walk->volume->log, ERR_NOT_FOUND, "%s%s: there is no \"%s\"",
                walk->volume->source->name, walk->path, name);
}

/* Loads the directory that the walk is in. */
static int load_current(const struct walk *walk, struct node *node)
{
    bool at_root = walk->depth == 0;
    return node_load(walk->volume, at_root ? walk->root : walk->parents[walk->depth - 1], node);
}

static int go_up(struct walk *walk, struct node *node)
{
    walk->depth -= walk->depth > 0 ? 1 : 0;
    return load_current(walk, node);
}

static int enter_directory(struct walk *walk, const struct node *node)
{
    if (walk->depth == DEPTH_LIMIT) {
        return fail(walk->volume->log, ERR_TOO_LARGE, "%s%s: over %d directories deep",
                    walk->volume->source->name, walk->path, (int)DEPTH_LIMIT);
    }
    walk->parents[walk->depth++] = node->id;
    return 0;
}

/* The tree of the directory at a depth. */
static uint64_t tree_at(const struct walk *walk, size_t depth)
{
    return depth == 0 ? walk->root.tree : walk->parents[depth - 1].tree;
}

/*
 * Where an absolute link begins again: the root of the tree that it is in. A subvolume is mounted as
 * "/" by whoever wrote the link.
 */
static void go_to_root(struct walk *walk)
{
    while (walk->depth > 0 && tree_at(walk, walk->depth - 1) == tree_at(walk, walk->depth)) {
        walk->depth--;
    }
}

/* Puts a link's text before the rest; an absolute one starts at the root again. */
static int follow(struct walk *walk, struct node *node)
{
    const char *device = walk->volume->source->name;
    if (++walk->links > LINK_LIMIT) {
        return fail(walk->volume->log, ERR_LOOP, "%s%s: more than %d symbolic links", device,
                    walk->path, (int)LINK_LIMIT);
    }
    int error = walk->volume->type->link(node, walk->text);
    if (error != 0) {
        return error;
    }
    size_t length = strlen(walk->text);
    size_t rest = strlen(walk->rest);
    if (length + 1 + rest >= REST_SIZE) {
        return fail(walk->volume->log, ERR_TOO_LARGE, "%s%s: symbolic links make it too long",
                    device, walk->path);
    }
    memmove(walk->rest + length + 1, walk->rest, rest + 1);
    memcpy(walk->rest, walk->text, length);
    walk->rest[length] = '/';
    if (walk->text[0] == '/') {
        go_to_root(walk);
    }
    return load_current(walk, node);
}

/* Goes from directory `node` to its entry `name`. */
static int descend(struct walk *walk, struct node *node, const char *name)
{
    bool last = walk->rest[strspn(walk->rest, "/")] == '\0';
    if (++walk->names > NAME_LIMIT) {
        return fail(walk->volume->log, ERR_LOOP, "%s%s: more than %d names, with those of links",
                    walk->volume->source->name, walk->path, (int)NAME_LIMIT);
    }
    int found = node_lookup(node, name, &walk->entry);
    if (found <= 0) {
        return found < 0 ? found : missing(walk, name);
    }
    int error = node_load(walk->volume, walk->entry.id, node);
    if (error != 0) {
        return error;
    }
    if (node->type == NODE_LINK && (!last || walk->follow_last)) {
        return follow(walk, node);
    }
    return node->type == NODE_DIRECTORY ? enter_directory(walk, node) : 0;
}

static int step(struct walk *walk, struct node *node, const char *name)
{
    if (node->type != NODE_DIRECTORY && walk->quiet) {
        return ERR_NOT_FOUND;
    }
    if (node->type != NODE_DIRECTORY) {
        return fail(walk->volume->log, ERR_WRONG_TYPE,
                    "%s%s: what comes before \"%s\" is no directory", walk->volume->source->name,
                    walk->path, name);
    }
    if (strcmp(name, ".") == 0) {
        return 0;
    }
    return strcmp(name, "..") == 0 ? go_up(walk, node) : descend(walk, node, name);
}

static int walk_path(struct walk *walk, struct node *node)
{
    char name[LONG_NAME_SIZE];
    int error = load_current(walk, node);
    for (next_component(walk->rest, name); error == 0 && name[0] != '\0';
         next_component(walk->rest, name)) {
        error = step(walk, node, name);
    }
    return error;
}

static int find_from(struct volume *volume, struct node_id root, const char *path,
                     struct node *node, bool quiet, bool follow_last)
{
    size_t mark = arena_mark(volume->arena);
    struct walk *walk = arena_alloc(volume->arena, sizeof *walk);
    int error = ERR_NO_MEMORY;
    if (strlen(path) >= LINK_SIZE) {
        error = fail(volume->log, ERR_TOO_LARGE, "%s: a path of over %d bytes",
                     volume->source->name, (int)LINK_SIZE);
    } else if (walk != NULL) {
        *walk = (struct walk){.volume = volume,
                              .root = root,
                              .path = path,
                              .quiet = quiet,
                              .follow_last = follow_last};
        memcpy(walk->rest, path, strlen(path));
        const char *before = volume->subject;
        volume->subject = arena_format(volume->arena, "%s%s", volume->source->name, path);
        error = walk_path(walk, node);
        volume->subject = before;
    }
    arena_release(volume->arena, mark);
    return error;
}

/* The roots that paths begin in, in their order. Returns how many. */
static unsigned list_roots(const struct volume *volume, struct node_id roots[3])
{
    unsigned count = 0;
    bool has_default = volume->default_root.tree != 0;
    if (has_default && volume->default_first) {
        roots[count++] = volume->default_root;
    }
    roots[count++] = volume->root;
    if (volume->home_root.tree != 0) {
        roots[count++] = volume->home_root;
    }
    if (has_default && !volume->default_first) {
        roots[count++] = volume->default_root;
    }
    return count;
}

static int find(struct volume *volume, const char *path, struct node *node, bool quiet,
                bool follow_last)
{
    struct node_id roots[3];
    unsigned count = list_roots(volume, roots);
    int error = ERR_NOT_FOUND;
    for (unsigned i = 0; error == ERR_NOT_FOUND && i < count; i++) {
        error = find_from(volume, roots[i], path, node, quiet || count > 1, follow_last);
    }
    return error == ERR_NOT_FOUND && count > 1 && !quiet
               ? find_from(volume, roots[0], path, node, false, follow_last)
               : error;
}

void volume_set_home(const struct node *node)
{
    struct volume *volume = node->volume;
    bool is_other = node->id.tree != volume->root.tree;
    volume->home_root =
        is_other ? (struct node_id){node->id.tree, volume->root.object} : (struct node_id){0};
    volume->default_first = false;
}

int path_find(struct volume *volume, const char *path, struct node *node, bool quiet)
{
    return find(volume, path, node, quiet, true);
}

int path_find_link(struct volume *volume, const char *path, struct node *node, bool quiet)
{
    return find(volume, path, node, quiet, false);
}
