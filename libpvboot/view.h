/* SPDX-License-Identifier: BSD-2-Clause */
/* A node as the library shows it: struct pvboot_node, and the texts in it. */
#pragma once

#include "fs/fs.h"
#include "fs/subject.h"
#include "libpvboot/pvboot.h"

struct view {
    struct pvboot_node shown;
    char target[LINK_SIZE];
    struct subject subject; /* the node's path */
};

/*
 * Shows a node at view->subject; `name` and `below` are bytes of the subject, from which on they are. Returns 0, or the
 * error (logged) of reading a link's text: it is shown all the same.
 */
int view_fill(struct view *, struct node *, size_t name, size_t below);
