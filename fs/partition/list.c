/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of a disk's partitions, as the readers of tables make it: names, places, bounds. */
#include <string.h>

#include "fs/cache.h"
#include "fs/partition/table.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

enum { PARTITION_LIMIT = 1024 /* on one disk */ };

int partition_read(const struct partition_finder *finder, const struct partition *partition,
                   uint64_t offset, void *buffer, size_t length)
{
    return cache_read(finder->cache, &partition->slice.source, offset, buffer, length);
}

static void append(struct partition_list *list, struct partition *partition)
{
    if (list->last != NULL) {
        list->last->next = partition;
    } else {
        list->first = partition;
    }
    list->last = partition;
    list->count++;
}

/* "(hd0" and what the parent is called, and then the partition's own number or letter. */
static char *make_name(struct arena *arena, const struct partition *parent,
                       const struct partition *what)
{
    const char *name = parent->slice.source.name;
    int length = (int)strlen(name) - 1; /* without the parenthesis */
    return what->kind == PARTITION_BSD
               ? arena_format(arena, "%.*s,%c)", length, name, 'a' + (int)what->index)
               : arena_format(arena, "%.*s,%u)", length, name, what->index);
}

int partition_add(struct partition_finder *finder, const struct partition *device,
                  const struct partition *parent, const struct partition *what, uint64_t offset,
                  uint64_t length, struct partition **added)
{
    const struct source *source = &device->slice.source;
    if (finder->list->count == PARTITION_LIMIT) {
        return fail(source->log, ERR_TOO_LARGE, "%s: more than %d partitions", source->name,
                    (int)PARTITION_LIMIT);
    }
    struct partition *partition = arena_alloc(finder->arena, sizeof *partition);
    char *name = make_name(finder->arena, parent, what);
    if (partition == NULL || name == NULL) {
        return ERR_NO_MEMORY;
    }
    *partition = *what;
    partition->parent = parent;
    partition->table = "";
    partition->mirror = (struct mirror){.unit = -1};
    bool is_there = slice_source_open(&partition->slice, source, offset, length, name) == 0;
    if (is_there) {
        append(finder->list, partition);
    }
    if (added != NULL) {
        *added = is_there ? partition : NULL;
    }
    return 0;
}

int partition_add_disk(struct partition_finder *finder, const struct source *disk)
{
    struct partition *partition = arena_alloc(finder->arena, sizeof *partition);
    char *name = arena_format(finder->arena, "(%s)", disk->name);
    if (partition == NULL || name == NULL) {
        return ERR_NO_MEMORY;
    }
    *partition = (struct partition){.kind = PARTITION_DISK, .table = "", .mirror.unit = -1};
    append(finder->list, partition);
    return slice_source_open(&partition->slice, disk, 0, disk->size, name); /* all of it */
}
