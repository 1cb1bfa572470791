/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For libFuzzer: the input is a disk. Its partitions are listed, what is assembled of them as well,
 * each is mounted, searched for paths and walked through as `extract` does. Whatever is wrong must
 * be an error that has been logged, and all of it must come to an end: each look at the disk is a
 * step, of which there are STEPS.
 */
#include <stdlib.h>
#include <string.h>

#include "fs/cache.h"
#include "fs/descent.h"
#include "fs/fs.h"
#include "fs/partition/partition.h"
#include "fs/pieces.h"
#include "fs/volume/assemble.h"
#include "fs/volume/format.h"
#include "fs/volume/mount.h"
#include "tests/fuzz/fuzzing.h"
#include "tests/unit/btrfs_sum.h"

enum {
    ARENA_SIZE = 6 << 20,
    PARTITIONS = 6,
    NAMES = 1000,    /* looked at in each volume, of as many directories as there are */
    WHOLE_FILES = 2, /* of which every piece is looked for; others are read here and there */
    LOOK_UPS = 20,   /* names that are looked for in their own directory */
    PIECE = 4096,    /* bytes */
    STEPS = 8 << 20,
    INPUT_LIMIT = 576 << 10, /* bytes, of one whose checksums are made anew */
};

/* ---- what is counted ------------------------------------------------------------------------ */

static unsigned long steps;
static int (*memory_where)(const struct source *, uint64_t, struct extent *);

static int counted_where(const struct source *source, uint64_t offset, struct extent *extent)
{
    if (++steps > STEPS) {
        abort();
    }
    return memory_where(source, offset, extent);
}

static void open_disk(struct memory_source *disk, const uint8_t *data, size_t size, struct log *log)
{
    memory_source_open(disk, data, size, "hd0", log);
    memory_where = disk->source.where;
    disk->source.where = counted_where;
    steps = 0;
}

static void expect_logged(const struct counting_log *log, int error)
{
    if (error != 0 && error != ERR_UNKNOWN && error != ERR_NO_MEMORY && log->lines == 0) {
        abort();
    }
}

/* ---- what is done with a volume ------------------------------------------------------------- */

struct visit {
    struct descent descent;
    const struct counting_log *log;
    unsigned names, whole_files;
};

/* Where all of a file's bytes are, and the first ones of each piece. */
static int read_pieces(const struct file *file)
{
    static uint8_t bytes[PIECE];
    struct pieces pieces;
    uint64_t offset, length, end = 0;
    int found;
    pieces_begin(&pieces, file);
    while ((found = pieces_next(&pieces, &offset, &length)) > 0) {
        if (offset < end || length == 0 || length > file->source.size - offset) {
            abort();
        }
        end = offset + length;
        int error = source_read(&file->source, offset, bytes, length < PIECE ? length : PIECE);
        if (error != 0) {
            return error;
        }
    }
    return found;
}

static int read_here_and_there(const struct file *file)
{
    static uint8_t bytes[PIECE];
    uint64_t size = file->source.size;
    int error = 0;
    for (uint64_t part = 0; error == 0 && part < 4; part++) {
        uint64_t offset = size / 4 * part;
        uint64_t left = size - offset;
        error = source_read(&file->source, offset, bytes, left < PIECE ? left : PIECE);
    }
    return error;
}

/* A file's bytes, or a link's text. */
static int read_node(struct visit *visit, struct node *node)
{
    static char text[LINK_SIZE];
    struct file file;
    if (node->type == NODE_LINK && node->volume->type->link != NULL) {
        return node->volume->type->link(node, text);
    }
    if (node->type != NODE_FILE || node->size == 0) {
        return 0;
    }
    int error = file_open(&file, node, "file");
    if (error != 0) {
        return error;
    }
    return visit->whole_files++ < WHOLE_FILES ? read_pieces(&file) : read_here_and_there(&file);
}

static void look_up(const struct visit *visit, const struct node *directory, const char *name)
{
    static struct dir_entry entry;
    struct node copy = *directory;
    int found = node_lookup(&copy, name, &entry);
    expect_logged(visit->log, found < 0 ? found : 0);
}

static void walk(struct visit *visit, struct volume *volume, struct node_id id)
{
    struct dir_entry entry;
    struct node node;
    uint64_t cursor = 0, before = 0;
    int error = node_load(volume, id, &node);
    if (error == 0) {
        error = node.type == NODE_DIRECTORY ? descent_enter(&visit->descent, &node)
                                            : read_node(visit, &node);
    }
    expect_logged(visit->log, error);
    if (error != 0 || node.type != NODE_DIRECTORY) {
        return;
    }
    while (visit->names < NAMES &&
           (error = descent_next(&visit->descent, &node, &cursor, &entry)) > 0) {
        if (cursor <= before || strlen(entry.name) >= LONG_NAME_SIZE) {
            abort();
        }
        before = cursor;
        if (visit->names++ < LOOK_UPS) {
            look_up(visit, &node, entry.name);
        }
        walk(visit, volume, entry.id);
    }
    expect_logged(visit->log, error < 0 ? error : 0);
    descent_leave(&visit->descent);
}

/* Paths of which some are on the seeds, and some lead through links, up and round. */
static void find_paths(struct volume *volume, const struct counting_log *log)
{
    static const char *const paths[] = {
        "/directory/file",
        "/directory/../short",
        "/long",
        "/DIRECTORY/FILE",
        "/boot/grub/menu.lst",
        "/directory/directory/directory/directory/directory/directory/file",
    };
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct node node;
        expect_logged(log, path_find(volume, paths[i], &node, false));
    }
}

static void visit_volume(struct volume *volume, const struct counting_log *log)
{
    struct visit visit = {.log = log};
    find_paths(volume, log);
    descent_begin(&visit.descent, volume);
    walk(&visit, volume, volume->root);
}

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
            visit_volume(&volume, log);
        } else {
            (void)format_name(&p->slice.source, cache);
        }
    }
}

/* Checksums that libFuzzer could not find: the input with those of a btrfs made anew. */
static const uint8_t *with_checksums(const uint8_t *data, size_t size)
{
    static uint8_t copy[INPUT_LIMIT];
    if (size < SUPER_PLACE || size > sizeof copy) {
        return data;
    }
    memcpy(copy, data, size);
    btrfs_image_sum(copy, size);
    return copy;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t memory[ARENA_SIZE] __attribute__((aligned(4096)));
    struct arena arena = fuzzing_arena(memory, ARENA_SIZE);
    struct counting_log log = fuzzing_log();
    struct memory_source disk;
    struct partition_list partitions;
    open_disk(&disk, with_checksums(data, size), size, &log.log);
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
