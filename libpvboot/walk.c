/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One file, a directory, or a whole tree. Names come from a disk that nobody trusts: each is one component of a
 * path, no directory is in itself (fs/descent.h), and what is damaged does not hide the rest.
 */
#include <stdlib.h>
#include <string.h>

#include "fs/descent.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "libpvboot/file.h"
#include "libpvboot/handle.h"
#include "libpvboot/pvboot.h"
#include "libpvboot/view.h"

/* A directory that the walk is in. */
struct level {
    struct node directory;
    uint64_t cursor;
    size_t name, end; /* of its path: where its name begins, and how long all of it is */
    bool is_damaged;  /* from here on: nothing more of it is read */
};

struct pvboot_walk {
    struct pvboot *pvboot;
    unsigned flags;
    bool is_single; /* it begins with what is no directory */
    bool has_ended;
    bool has_entered; /* the directory that it has come to: the next step is in there */
    struct node node; /* that the walk has come to */
    size_t name;      /* where its name begins in its path */
    size_t below;     /* where what is below the walk's beginning begins in paths */
    struct descent descent;
    struct view view;
    unsigned depth;
    struct level levels[DESCENT_DEPTH];
};

/* ---- paths ---------------------------------------------------------------------------------- */

static size_t name_start(const struct subject *subject)
{
    const char *slash = strrchr(subject->text, '/');
    return slash != NULL ? (size_t)(slash + 1 - subject->text) : subject->length;
}

/* Names below "/boot" or "/boot/" begin after the slash. */
static size_t below_start(const struct subject *subject)
{
    bool has_slash = subject->length > 0 && subject->text[subject->length - 1] == '/';
    return subject->length + (has_slash ? 0 : 1);
}

/* Finds what `path` names, be it a link, and begins `view` with it. */
static int find(struct pvboot *pvboot, const char *path, struct view *view, struct node *node)
{
    const char *rest;
    struct place *place;
    struct volume *volume;
    int error = handle_resolve(pvboot, path, &place, &rest);
    if (error == 0) {
        error = handle_volume(pvboot, place, &volume);
    }
    if (error == 0) {
        error = path_find_link(volume, rest, node, false);
    }
    if (error == 0) {
        view_begin(view, place, volume, rest);
    }
    return error;
}

/* Messages of the volume name what `view` is at, ... */
static void attach(struct view *view)
{
    view->subject.volume->subject = view->subject.text;
}

/* ... until here. */
static void detach(struct view *view)
{
    view->subject.volume->subject = NULL;
}

/* ---- one ------------------------------------------------------------------------------------ */

static int show_one(struct view *view, struct node *node)
{
    size_t name = name_start(&view->subject);
    attach(view);
    int error = view_fill(view, node, name, name);
    detach(view);
    return error;
}

int pvboot_stat(struct pvboot *pvboot, const char *path, const struct pvboot_node **shown)
{
    struct node node;
    handle_begin(pvboot);
    int error = find(pvboot, path, &pvboot->view, &node);
    if (error == 0) {
        error = show_one(&pvboot->view, &node);
    }
    if (error == 0) {
        *shown = &pvboot->view.shown;
    }
    return handle_end(pvboot, error);
}

/* ---- many ----------------------------------------------------------------------------------- */

/* What it has come to, which is in `depth` directories. */
static int show(struct pvboot_walk *walk, unsigned depth, bool leaving)
{
    int error = view_fill(&walk->view, &walk->node, walk->name, walk->below);
    walk->view.shown.depth = depth > 0 ? depth - 1 : 0;
    walk->view.shown.leaving = leaving;
    return error != 0 ? error : 1;
}

/* Goes into the directory that it has come to. */
static int enter(struct pvboot_walk *walk)
{
    int error = descent_enter(&walk->descent, &walk->node);
    walk->has_entered = error == 0;
    if (error == 0) {
        walk->levels[walk->depth++] = (struct level){
            .directory = walk->node, .name = walk->name, .end = walk->view.subject.length};
    }
    return error;
}

/* Is done with a directory. Returns 1 when it is shown once more, or 0. */
static int leave(struct pvboot_walk *walk)
{
    const struct level *level = &walk->levels[--walk->depth];
    descent_leave(&walk->descent);
    walk->node = level->directory;
    walk->name = level->name;
    walk->has_ended = walk->depth == 0;
    bool shows = !walk->has_ended && (walk->flags & PVBOOT_WALK_LEAVING) != 0;
    return shows ? show(walk, walk->depth, true) : 0;
}

static bool is_name(const char *name)
{
    return name[0] != '\0' && strchr(name, '/') == NULL && !name_is_dots(name);
}

/* Comes to an entry of the directory that it is in. */
static int come_to(struct pvboot_walk *walk, const struct dir_entry *entry)
{
    struct subject *subject = &walk->view.subject;
    (void)subject_enter(subject, entry->name); /* the level knows the way back */
    walk->name = subject->length - min_u64(strlen(entry->name), subject->length);
    if (!is_name(entry->name)) {
        return fail(subject->volume->log, ERR_CORRUPT, "%s: this cannot be the name of a file",
                    subject->text);
    }
    unsigned depth = walk->depth;
    int error = node_load(subject->volume, entry->id, &walk->node);
    if (error == 0 && walk->node.type == NODE_DIRECTORY && (walk->flags & PVBOOT_WALK_DEEP) != 0) {
        error = enter(walk);
    }
    return error != 0 ? error : show(walk, depth, false);
}

/* Returns 1 when it has come to something, 0 when it has not yet, or an error. */
static int step(struct pvboot_walk *walk)
{
    struct dir_entry entry;
    if (walk->is_single) {
        walk->has_ended = true;
        return show(walk, 0, false);
    }
    walk->has_entered = false;
    struct level *level = &walk->levels[walk->depth - 1];
    subject_leave(&walk->view.subject, level->end);
    if (level->is_damaged) {
        return leave(walk);
    }
    int found = descent_next(&walk->descent, &level->directory, &level->cursor, &entry);
    level->is_damaged = found < 0;
    return found > 0 ? come_to(walk, &entry) : found < 0 ? found : leave(walk);
}

int pvboot_walk_next(struct pvboot_walk *walk, const struct pvboot_node **shown)
{
    int result = 0;
    handle_begin(walk->pvboot);
    attach(&walk->view);
    while (result == 0 && !walk->has_ended) {
        result = step(walk);
    }
    detach(&walk->view);
    *shown = result > 0 ? &walk->view.shown : NULL;
    return handle_end(walk->pvboot, result);
}

static int begin(struct pvboot_walk *walk, const char *path)
{
    struct subject *subject = &walk->view.subject;
    int error = find(walk->pvboot, path, &walk->view, &walk->node);
    if (error != 0) {
        return error;
    }
    descent_begin(&walk->descent, walk->node.volume);
    walk->is_single = walk->node.type != NODE_DIRECTORY;
    walk->name = name_start(subject);
    walk->below = walk->is_single ? walk->name : below_start(subject);
    return walk->is_single ? 0 : enter(walk);
}

int pvboot_walk_open(struct pvboot *pvboot, const char *path, unsigned flags,
                     struct pvboot_walk **opened)
{
    handle_begin(pvboot);
    struct pvboot_walk *walk = calloc(1, sizeof *walk);
    if (walk == NULL) {
        return handle_end(pvboot, ERR_NO_MEMORY);
    }
    walk->pvboot = pvboot;
    walk->flags = flags;
    int error = begin(walk, path);
    if (error != 0) {
        free(walk);
        return handle_end(pvboot, error);
    }
    *opened = walk;
    return 0;
}

void pvboot_walk_skip(struct pvboot_walk *walk)
{
    if (walk->has_entered) {
        walk->has_entered = false;
        walk->depth--;
        descent_leave(&walk->descent);
    }
}

void pvboot_walk_close(struct pvboot_walk *walk)
{
    free(walk);
}

int pvboot_walk_file(struct pvboot_walk *walk, struct pvboot_file **file)
{
    handle_begin(walk->pvboot);
    return handle_end(walk->pvboot,
                      file_of_node(walk->pvboot, &walk->node, walk->view.subject.text, file));
}
