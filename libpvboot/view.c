/* SPDX-License-Identifier: BSD-2-Clause */
#include "libpvboot/view.h"

#include <stdio.h>
#include <string.h>

#include "lib/checked.h"

_Static_assert(PVBOOT_OTHER == (int)NODE_OTHER && PVBOOT_FILE == (int)NODE_FILE &&
                   PVBOOT_DIRECTORY == (int)NODE_DIRECTORY && PVBOOT_LINK == (int)NODE_LINK &&
                   PVBOOT_PIPE == (int)NODE_PIPE && PVBOOT_CHARACTERS == (int)NODE_CHARACTERS &&
                   PVBOOT_BLOCKS == (int)NODE_BLOCKS && PVBOOT_SOCKET == (int)NODE_SOCKET,
               "callers see the types of fs/fs.h");

void view_begin(struct view *view, const struct place *place, struct volume *volume,
                const char *path)
{
    char device[DEVICE_NAME_SIZE];
    device_name_of(place, device);
    int length = snprintf(view->path, sizeof view->path, "(%s)", device); /* it fits */
    view->long_length = (size_t)length;
    view->short_length = strlen(volume->source->name);
    subject_begin(&view->subject, volume, path);
    subject_end(&view->subject);
}

/* A byte of the subject, in the path. A long one has been cut, perhaps before it. */
static const char *text_from(const struct view *view, size_t start)
{
    return view->path + view->long_length + min_u64(start, view->subject.length) -
           view->short_length;
}

static void fill_path(struct view *view)
{
    const struct subject *subject = &view->subject;
    memcpy(view->path + view->long_length, subject->text + view->short_length,
           subject->length - view->short_length + 1);
}

static int read_target(struct view *view, struct node *node)
{
    if (node->type != NODE_LINK) {
        return 0;
    }
    int error = node->volume->type->link(node, view->target);
    view->shown.target = error == 0 ? view->target : NULL;
    return error;
}

int view_fill(struct view *view, struct node *node, size_t name, size_t below)
{
    fill_path(view);
    view->shown = (struct pvboot_node){.path = view->path,
                                       .below = text_from(view, below),
                                       .name = text_from(view, name),
                                       .short_path = view->subject.text,
                                       .type = (enum pvboot_type)node->type,
                                       .mode = node->mode,
                                       .size = node->size,
                                       .tree = node->id.tree,
                                       .inode = node->id.object,
                                       .links = node->links,
                                       .owner = node->owner,
                                       .group = node->group,
                                       .major = node->major,
                                       .minor = node->minor,
                                       .mtime = node->mtime,
                                       .mtime_nanoseconds = node->mtime_nanoseconds};
    node_mode_text(node, view->shown.mode_text);
    return read_target(view, node);
}
