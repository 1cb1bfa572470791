/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/tree.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 256 };

/* A slash comes before all other characters. */
static int rank(char character)
{
    return character == '/' ? 1 : (unsigned char)character << 1;
}

int tree_order(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return rank(*a) - rank(*b);
}

static int order_nodes(const void *a, const void *b)
{
    return tree_order(((const struct pvboot_node *)a)->below,
                      ((const struct pvboot_node *)b)->below);
}

static int grow(struct tree *tree)
{
    size_t room = tree->room == 0 ? FIRST_ROOM : 2 * tree->room;
    struct pvboot_node *nodes = reallocarray(tree->nodes, room, sizeof *nodes);
    if (nodes == NULL) {
        return PVBOOT_ERR_NO_MEMORY;
    }
    tree->nodes = nodes;
    tree->room = room;
    return 0;
}

static int add(struct tree *tree, const struct pvboot_node *node)
{
    if (tree->count == tree->room && grow(tree) != 0) {
        return PVBOOT_ERR_NO_MEMORY;
    }
    struct pvboot_node *copy = &tree->nodes[tree->count];
    char *path = strdup(node->path);
    *copy = *node;
    copy->target = node->target != NULL ? strdup(node->target) : NULL;
    if (path == NULL || (node->target != NULL && copy->target == NULL)) {
        free(path);
        return PVBOOT_ERR_NO_MEMORY;
    }
    copy->path = path;
    copy->below = path + (node->below - node->path);
    copy->name = copy->short_path = NULL;
    tree->count++;
    return 0;
}

int tree_read(struct tree *tree, struct pvboot *pvboot, const char *path)
{
    const struct pvboot_node *node;
    struct pvboot_walk *walk;
    int found, error = pvboot_walk_open(pvboot, path, PVBOOT_WALK_DEEP, &walk);
    *tree = (struct tree){0};
    if (error != 0) {
        return error;
    }
    while (error == 0 && (found = pvboot_walk_next(walk, &node)) != 0) {
        tree->is_damaged = tree->is_damaged || found < 0;
        error = found > 0 ? add(tree, node) : 0;
    }
    pvboot_walk_close(walk);
    if (tree->count > 0) {
        qsort(tree->nodes, tree->count, sizeof *tree->nodes, order_nodes);
    }
    return error;
}

void tree_close(struct tree *tree)
{
    for (size_t i = 0; i < tree->count; i++) {
        free((void *)(uintptr_t)tree->nodes[i].path); /* it is the tree's own */
        free((void *)(uintptr_t)tree->nodes[i].target);
    }
    free(tree->nodes);
}
