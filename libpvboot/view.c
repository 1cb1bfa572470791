/* SPDX-License-Identifier: BSD-2-Clause */
#include "libpvboot/view.h"

#include <string.h>

#include "fs/fs.h"
#include "lib/checked.h"

_Static_assert(PVBOOT_OTHER == (int)NODE_OTHER && PVBOOT_FILE == (int)NODE_FILE &&
                   PVBOOT_DIRECTORY == (int)NODE_DIRECTORY && PVBOOT_LINK == (int)NODE_LINK &&
                   PVBOOT_PIPE == (int)NODE_PIPE && PVBOOT_CHARACTERS == (int)NODE_CHARACTERS &&
                   PVBOOT_BLOCKS == (int)NODE_BLOCKS && PVBOOT_SOCKET == (int)NODE_SOCKET,
               "callers see the types of fs/fs.h");

/* A long path has been cut, perhaps before the name. */
static const char *text_from(const struct subject *subject, size_t start)
{
    return subject->text + min_u64(start, subject->length);
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
    view->shown = (struct pvboot_node){.path = view->subject.text,
                                       .below = text_from(&view->subject, below),
                                       .name = text_from(&view->subject, name),
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
