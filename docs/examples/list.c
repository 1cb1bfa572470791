/* SPDX-License-Identifier: BSD-2-Clause */
/* list IMAGE [PATH]: what is on a disk, or in a folder of it and below. cc list.c $(pkg-config --cflags --libs libpvboot) */
#include <libpvboot/pvboot.h>
#include <stdio.h>

static int list_volumes(struct pvboot *pvboot)
{
    const struct pvboot_volume *volume;
    for (size_t i = 0; (volume = pvboot_volume(pvboot, i)) != NULL; i++) {
        printf("%s: %s\n", volume->name, volume->contents);
    }
    return 0;
}

static int list_folder(struct pvboot *pvboot, const char *path)
{
    const struct pvboot_node *node;
    struct pvboot_walk *walk;
    int found = pvboot_walk_open(pvboot, path, PVBOOT_WALK_DEEP, &walk);
    if (found == 0) {
        while ((found = pvboot_walk_next(walk, &node)) > 0) {
            printf("%s %12llu %s\n", node->mode_text, (unsigned long long)node->size, node->path);
        }
        pvboot_walk_close(walk);
    }
    return found;
}

int main(int count, char **words)
{
    struct pvboot *pvboot = pvboot_new();
    int error =
        pvboot == NULL || count < 2 ? PVBOOT_ERR_INVALID : pvboot_add(pvboot, words[1], NULL, 0);
    if (error == 0) {
        error = count > 2 ? list_folder(pvboot, words[2]) : list_volumes(pvboot);
    }
    if (error != 0) {
        fprintf(stderr, "%s\n",
                pvboot != NULL && count > 1 ? pvboot_message(pvboot, 0) : "list IMAGE [PATH]");
    }
    pvboot_free(pvboot);
    return error == 0 ? 0 : 1;
}
