/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of a disk's partitions, as the readers of tables make it: names, places, bounds. */
#include <string.h>

#include "fs/cache.h"
#include "fs/partition/table.h"
#include "lib/arena.h"
#include "lib/checked.h"
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

/* Cuts what is past the device's end off; false, and nothing is left, where all of it is. */
static bool cut(const struct source *device, const char *name, uint64_t offset, uint64_t *length)
{
    if (range_within(offset, *length, device->size)) {
        return true;
    }
    bool some = offset < device->size;
    log_line(device->log, "%s: bytes %lu to %lu are past the end of %s at %lu: it is %s", name,
             offset, offset + *length, device->name, device->size, some ? "cut" : "left out");
    *length = some ? device->size - offset : 0;
    return some;
}

int partition_add(struct partition_finder *finder, const struct partition *device,
                  struct partition *parent, const struct partition *what, uint64_t offset,
                  uint64_t length)
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
    if (!cut(source, name, offset, &length)) {
        return 0;
    }
    *partition = *what;
    partition->parent = parent;
    partition->table = "";
    parent->divided = true;
    append(finder->list, partition);
    return slice_source_open(&partition->slice, source, offset, length, name); /* all of it is */
}

int partition_add_device(struct partition_finder *finder, const struct source *device)
{
    struct partition *partition = arena_alloc(finder->arena, sizeof *partition);
    char *name = arena_format(finder->arena, "(%s)", device->name);
    if (partition == NULL || name == NULL) {
        return ERR_NO_MEMORY;
    }
    *partition = (struct partition){.kind = PARTITION_DISK, .table = ""};
    append(finder->list, partition);
    return slice_source_open(&partition->slice, device, 0, device->size, name); /* all of it */
}

/* Slices lie over the device's own source, whatever they are nested in. */
uint64_t partition_start(const struct partition *partition)
{
    return partition->slice.offset;
}

const struct partition *partition_device(const struct partition *partition)
{
    while (partition->parent != NULL) {
        partition = partition->parent;
    }
    return partition;
}
