/* SPDX-License-Identifier: BSD-2-Clause */
/* Images of ext2/3/4, made by e2fsprogs. */
#pragma once

#include <unistd.h>

#include "tests/unit/mounted.h"

/*
 * Runs a shell's commands in an empty folder, and takes the first `size` bytes of the file "image"
 * that they leave there.
 */
static inline void ext2_image_make(uint8_t *image, size_t size, const char *commands)
{
    char folder[] = "/tmp/pvboot-ext2-XXXXXX", line[2048];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(line, sizeof line, "cd %s && %s", folder, commands);
    int status = system(line);
    (void)snprintf(line, sizeof line, "%s/image", folder);
    FILE *file = fopen(line, "rb");
    assert_true(status == 0 && file != NULL);
    assert_int_equal(fread(image, 1, size, file), size);
    (void)fclose(file);
    (void)snprintf(line, sizeof line, "rm -rf %s", folder);
    assert_int_equal(system(line), 0);
}
