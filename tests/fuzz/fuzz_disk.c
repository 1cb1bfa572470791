/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For libFuzzer: the input is a disk. Its partitions are listed, what is assembled of them as well,
 * each is mounted and walked through. Whatever is wrong must be an error that has been logged.
 */
#include <stdlib.h>
#include <string.h>

#include "fs/cache.h"
#include "fs/fs.h"
#include "fs/partition/partition.h"
#include "fs/volume/assemble.h"
#include "fs/volume/format.h"
#include "fs/volume/mount.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

enum { ARENA_SIZE = 6 << 20, PARTITIONS = 6, NODES = 60, PIECE = 4096 };

struct counting_log {
    struct log log; /* first */
    unsigned lines;
};

static void count_line(struct log *log, const char *text)
{
    (void)text;
    ((struct counting_log *)log)->lines++;
}

static int full(struct arena *arena, size_t needed)
{
    (void)arena;
    (void)needed;
    return ERR_NO_MEMORY;
}

static void expect_logged(const struct counting_log *log, int error)
{
    if (error != 0 && error != ERR_UNKNOWN && error != ERR_NO_MEMORY && log->lines == 0) {
        abort();
    }
}

/* Some of a file's bytes, or a link's text. */
static int visit(struct node *node)
{
    static uint8_t bytes[PIECE];
    static char text[LINK_SIZE];
    struct file file;
    if (node->type == NODE_LINK && node->volume->type->link != NULL) {
        return node->volume->type->link(node, text);
    }
    if (node->type != NODE_FILE || node->size == 0) {
        return 0;
    }
    int error = file_open(&file, node, "file");
    for (uint64_t part = 0; error == 0 && part < 4; part++) {
        uint64_t offset = node->size / 4 * part;
        uint64_t left = node->size - offset;
        error = source_read(&file.source, offset, bytes, left < PIECE ? left : PIECE);
    }
    return error;
}

/* Puts a directory's entries after the others, as far as there is room. */
static int list(struct node *directory, struct node_id *queue, unsigned *end)
{
    static struct dir_entry entry;
    uint64_t cursor = 0;
    int found = 1;
    while (*end < NODES && found > 0) {
        uint64_t before = cursor;
        found = directory->volume->type->next(directory, &cursor, &entry);
        if (found > 0 && (cursor <= before || strlen(entry.name) >= LONG_NAME_SIZE)) {
            abort();
        }
        queue[*end] = entry.id;
        *end += found > 0 ? 1 : 0;
    }
    return found < 0 ? found : 0;
}

static void walk(struct volume *volume, const struct counting_log *log)
{
    struct node_id queue[NODES] = {volume->root};
    unsigned end = 1;
    for (unsigned begin = 0; begin < end; begin++) {
        struct node node;
        int error = node_load(volume, queue[begin], &node);
        if (error == 0) {
            error = visit(&node);
        }
        if (error == 0 && node.type == NODE_DIRECTORY) {
            error = list(&node, queue, &end);
        }
        expect_logged(log, error);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What each partition holds; a member's and a divided one's as well, for somebody can name it. */
static void visit_partitions(const struct partition_list *list, struct cache *cache,
                             struct arena *arena, struct counting_log *log)
{
    unsigned tried = 0;
    for (const struct partition *p = list->first; p != NULL && tried < PARTITIONS;
         p = p->next, tried++) {
        struct volume volume;
        int error = partition_mount(&volume, p, cache, arena, &log->log);
        expect_logged(log, error);
        if (error == 0) {
            walk(&volume, log);
        } else {
            (void)format_name(&p->slice.source, cache);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t memory[ARENA_SIZE] __attribute__((aligned(4096)));
    struct arena arena = {.base = memory, .ready = ARENA_SIZE, .limit = ARENA_SIZE, .grow = full};
    struct counting_log log = {.log.line = count_line};
    struct memory_source disk;
    struct partition_list partitions;
    memory_source_open(&disk, data, size, "hd0", &log.log);
    struct cache *cache = cache_create(&arena);
    struct assembly assembly = {.cache = cache, .arena = &arena, .log = &log.log};
    expect_logged(&log, partitions_find(&partitions, &disk.source, 512, cache, &arena));
    expect_logged(&log, assemble(&assembly, &partitions, 1));
    visit_partitions(&partitions, cache, &arena, &log);
    for (const struct logical_disk *d = assembly.disks; d != NULL; d = d->next) {
        visit_partitions(&d->partitions, cache, &arena, &log);
    }
    return 0;
}
