/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/names.h"

#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libpvboot/pvboot.h"

struct name {
    uint64_t tree, inode;
    char below[];
};

static int order(const void *a, const void *b)
{
    const struct name *first = a, *second = b;
    if (first->tree != second->tree) {
        return first->tree < second->tree ? -1 : 1;
    }
    return (first->inode > second->inode) - (first->inode < second->inode);
}

static struct name *make(const struct pvboot_node *node)
{
    size_t length = strlen(node->below);
    struct name *name = malloc(sizeof *name + length + 1);
    if (name != NULL) {
        name->tree = node->tree;
        name->inode = node->inode;
        memcpy(name->below, node->below, length + 1);
    }
    return name;
}

/* Without memory a file is copied once more: nothing is wrong with it. */
const char *names_meet(struct names *names, const struct pvboot_node *node)
{
    struct name *name = node->links > 1 ? make(node) : NULL;
    if (name == NULL) {
        return NULL;
    }
    struct name *const *found = tsearch(name, &names->root, order);
    if (found == NULL || *found != name) {
        free(name);
    }
    return found != NULL && *found != name ? (*found)->below : NULL;
}

void names_close(struct names *names)
{
    tdestroy(names->root, free);
    names->root = NULL;
}
