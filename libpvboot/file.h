/* SPDX-License-Identifier: BSD-2-Clause */
/* Open files. */
#pragma once

struct node;
struct pvboot;
struct pvboot_file;

/* Opens a node, of which it keeps a copy, under `name`, likewise. Returns 0 or an error (logged, or of no memory). */
int file_of_node(struct pvboot *, const struct node *, const char *name, struct pvboot_file **);
