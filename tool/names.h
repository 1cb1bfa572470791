/* SPDX-License-Identifier: BSD-2-Clause */
/* The first name of each file that has several, by its inode: the others become hard links to it. */
#pragma once

struct pvboot_node;

struct names {
    void *root; /* of a tree, as tsearch() has it; NULL: there are none */
};

/*
 * The name that a file was met by first, below where the walk began; NULL: this is the first time, and it is remembered.
 * What has one name only is never met again.
 */
const char *names_meet(struct names *, const struct pvboot_node *);
void names_close(struct names *);
