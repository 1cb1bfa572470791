/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: all that ffs_image.h put into a volume is found in it. */
#pragma once

#include "tests/unit/ffs_image.h"
#include "tests/unit/mounted.h"

static inline void ffs_tree_files(struct mounted *mounted, const char *name)
{
    static uint8_t bytes[1000000];
    char path[32];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = ffs_image_byte(i);
    }
    for (size_t i = 0; i < ELEMENTS(ffs_image_lengths); i++) {
        (void)snprintf(path, sizeof path, "/file%u", ffs_image_lengths[i]);
        mounted_expect(mounted, name, path, 0, bytes, ffs_image_lengths[i]);
    }
    for (unsigned i = 0; i < FFS_IMAGE_FILES; i++) {
        (void)snprintf(path, sizeof path, "/many/%04u", i);
        mounted_expect(mounted, name, path, 0, bytes, 4);
    }
    mounted_expect(mounted, name, "/short", 1, bytes + 1, 3);
}

static inline void ffs_tree_links(struct mounted *mounted, const char *name)
{
    char path[32], expected[1001], text[LINK_SIZE];
    for (size_t i = 0; i < ELEMENTS(ffs_image_links); i++) {
        struct node node;
        (void)snprintf(path, sizeof path, "/link%u", ffs_image_links[i]);
        ffs_image_link_text(expected, ffs_image_links[i]);
        int error = path_find_link(&mounted->volume, path, &node, false);
        error = error != 0 ? error : mounted->volume.type->link(&node, text);
        if (error != 0 || strcmp(text, expected) != 0) {
            fail_msg("%s: %s: %s: %s", name, path, error_text(error), mounted->lines);
        }
    }
}

static inline void ffs_tree_count(struct mounted *mounted, const char *name, const char *path,
                                  unsigned expected)
{
    struct node node;
    struct dir_entry entry;
    uint64_t cursor = 0;
    unsigned count = 0;
    assert_int_equal(path_find(&mounted->volume, path, &node, false), 0);
    while (mounted->volume.type->next(&node, &cursor, &entry) == 1) {
        count++;
    }
    if (count != expected) {
        fail_msg("%s: %u names in %s, not %u", name, count, path, expected);
    }
}

/* Mounts, finds all that there is, and says how often something was logged. */
static inline unsigned ffs_tree_expect(struct mounted *mounted, const struct ffs_image *image)
{
    const char *name = image->shape.name;
    mounted_open_good(mounted, name, image->bytes, image->size);
    ffs_tree_files(mounted, name);
    ffs_tree_links(mounted, name);
    ffs_tree_count(mounted, name, "/many", FFS_IMAGE_FILES);
    ffs_tree_count(mounted, name, "/", ELEMENTS(ffs_image_lengths) + ELEMENTS(ffs_image_links) + 2);
    unsigned lines = mounted->line_count;
    mounted_close(mounted);
    return lines;
}
