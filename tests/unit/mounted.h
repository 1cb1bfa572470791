/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of file systems: an image in memory, mounted, with what was logged, and readers that
 * compare.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fs/cache.h"
#include "fs/fs.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

#include <cmocka.h>

struct mounted {
    struct log log; /* first: a log is a struct mounted */
    char lines[2048];
    unsigned line_count;
    struct arena arena;
    struct memory_source source;
    struct volume volume;
    int error; /* of mounting */
};

enum { MOUNTED_ARENA = 4 << 20 };

static inline void mounted_line(struct log *log, const char *text)
{
    struct mounted *mounted = (struct mounted *)log;
    size_t used = strlen(mounted->lines);
    (void)snprintf(mounted->lines + used, sizeof mounted->lines - used, "%s\n", text);
    mounted->line_count++;
}

static inline int mounted_full(struct arena *arena, size_t needed)
{
    (void)arena;
    (void)needed;
    return ERR_NO_MEMORY;
}

/* Mounts `size` bytes, which stay the caller's; mounted->error says how that went. */
static inline void mounted_open(struct mounted *mounted, const uint8_t *image, size_t size)
{
    memset(mounted, 0, sizeof *mounted);
    mounted->log.line = mounted_line;
    mounted->arena = (struct arena){.base = aligned_alloc(4096, MOUNTED_ARENA),
                                    .ready = MOUNTED_ARENA,
                                    .limit = MOUNTED_ARENA,
                                    .grow = mounted_full};
    memory_source_open(&mounted->source, image, size, "(hd0,1)", &mounted->log);
    struct cache *cache = cache_create(&mounted->arena);
    mounted->error = volume_mount(&mounted->volume, &mounted->source.source, cache, &mounted->arena,
                                  &mounted->log);
}

static inline void mounted_close(struct mounted *mounted)
{
    free(mounted->arena.base);
}

/* The same, for an image that must be all right. */
static inline void mounted_open_good(struct mounted *mounted, const char *name,
                                     const uint8_t *image, size_t size)
{
    mounted_open(mounted, image, size);
    if (mounted->error != 0) {
        fail_msg("%s: mount: %s: %s", name, error_text(mounted->error), mounted->lines);
    }
}

static inline int mounted_read(struct mounted *mounted, const char *path, uint64_t offset,
                               void *buffer, size_t length)
{
    struct node node;
    struct file file;
    int error = path_find(&mounted->volume, path, &node, false);
    if (error != 0) {
        return error;
    }
    error = file_open(&file, &node, path);
    return error != 0 ? error : source_read(&file.source, offset, buffer, length);
}

/* The file `path` must have `length` bytes at `offset` that are `expected`. */
static inline void mounted_expect(struct mounted *mounted, const char *name, const char *path,
                                  uint64_t offset, const void *expected, size_t length)
{
    uint8_t *bytes = malloc(length + 1);
    int error = mounted_read(mounted, path, offset, bytes, length);
    if (error != 0) {
        fail_msg("%s: %s: %s: %s", name, path, error_text(error), mounted->lines);
    }
    if (memcmp(bytes, expected, length) != 0) {
        fail_msg("%s: %s: %zu bytes at %lu differ", name, path, length, offset);
    }
    free(bytes);
}

/* `path` must not be readable: `error`, and a line with `words` in it. */
static inline void mounted_expect_error(struct mounted *mounted, const char *name, int error,
                                        int expected, const char *words)
{
    if (error != expected) {
        fail_msg("%s: %s, not %s: %s", name, error_text(error), error_text(expected),
                 mounted->lines);
    }
    if (strstr(mounted->lines, words) == NULL) {
        fail_msg("%s: \"%s\" is not in: %s", name, words, mounted->lines);
    }
}

/* ---- for images with one wrong field -------------------------------------------------------- */

/* Bytes at a place of an image, the error of mounting it then, and words of what is said. */
struct mounted_wrong {
    const char *words;
    size_t offset;
    size_t length;
    uint8_t bytes[4];
    int error;
};

/* Mounts the image with each of them; `put_sums` makes its checksums right again, or is NULL. */
static inline void mounted_expect_wrong(uint8_t *image, size_t size,
                                        const struct mounted_wrong *cases, size_t count,
                                        void (*put_sums)(uint8_t *image, size_t size))
{
    uint8_t *before = malloc(size);
    memcpy(before, image, size);
    for (size_t i = 0; i < count; i++) {
        static struct mounted mounted;
        memcpy(image + cases[i].offset, cases[i].bytes, cases[i].length);
        if (put_sums != NULL) {
            put_sums(image, size);
        }
        mounted_open(&mounted, image, size);
        mounted_expect_error(&mounted, cases[i].words, mounted.error, cases[i].error,
                             cases[i].words);
        mounted_close(&mounted);
        memcpy(image, before, size);
    }
    free(before);
}

/* ---- for hostile images --------------------------------------------------------------------- */

enum { VISITS = 500, READ_AT_ONCE = 8192 };

/* Reads a node here and there, whatever it says of itself. Each failure must have been logged. */
static inline void mounted_visit(struct mounted *mounted, const char *name, struct node *node)
{
    static uint8_t bytes[READ_AT_ONCE];
    static char text[LINK_SIZE];
    uint64_t places[] = {0, node->size / 3, node->size / 2, node->size - node->size % READ_AT_ONCE};
    unsigned lines = mounted->line_count;
    int error = 0;
    if (node->type == NODE_LINK) {
        error = mounted->volume.type->link(node, text);
    }
    for (size_t i = 0; error == 0 && node->type == NODE_FILE && i < 4; i++) {
        struct file file;
        uint64_t left = node->size - places[i];
        assert_int_equal(file_open(&file, node, "file"), 0);
        error =
            source_read(&file.source, places[i], bytes, left < sizeof bytes ? left : sizeof bytes);
    }
    if (error != 0 && mounted->line_count == lines) {
        fail_msg("%s: %s, but nothing was logged", name, error_text(error));
    }
}

/*
 * Walks breadth-first through at most VISITS nodes: a damaged image can hold directories in
 * circles.
 */
static inline void mounted_walk(struct mounted *mounted, const char *name)
{
    static struct node_id queue[VISITS];
    unsigned end = 1;
    queue[0] = mounted->volume.root;
    for (unsigned begin = 0; begin < end; begin++) {
        struct node node;
        struct dir_entry entry;
        uint64_t cursor = 0;
        if (node_load(&mounted->volume, queue[begin], &node) != 0) {
            assert_true(mounted->line_count > 0);
            continue;
        }
        mounted_visit(mounted, name, &node);
        while (node.type == NODE_DIRECTORY && end < VISITS) {
            uint64_t before = cursor;
            if (mounted->volume.type->next(&node, &cursor, &entry) <= 0) {
                break;
            }
            if (cursor <= before || strlen(entry.name) >= LONG_NAME_SIZE) {
                fail_msg("%s: a directory entry leads back, or is too long", name);
            }
            queue[end++] = entry.id;
        }
    }
}

/* Some bytes of an image, each of them changed and changed back. */
struct mutation {
    size_t places[8];
    uint8_t old[8];
    unsigned count;
};

static inline void mutation_do(struct mutation *mutation, uint8_t *bytes, size_t length,
                               unsigned *seed)
{
    static const uint8_t telling[] = {0, 1, 0x7F, 0x80, 0xFF};
    mutation->count = 1 + (unsigned)rand_r(seed) % 8;
    for (unsigned i = 0; i < mutation->count; i++) {
        unsigned choice = (unsigned)rand_r(seed);
        mutation->places[i] = (size_t)rand_r(seed) % length;
        mutation->old[i] = bytes[mutation->places[i]];
        bytes[mutation->places[i]] =
            choice % 2 == 0 ? telling[choice / 2 % 5] : (uint8_t)(choice >> 8);
    }
}

static inline void mutation_undo(const struct mutation *mutation, uint8_t *bytes)
{
    for (unsigned i = mutation->count; i-- > 0;) {
        bytes[mutation->places[i]] = mutation->old[i];
    }
}

/*
 * Mounts and walks `rounds` variants of the image, with some of the `length` bytes from `first` on
 * changed.
 */
static inline void mounted_mutate(const char *name, uint8_t *image, size_t size, size_t first,
                                  size_t length, unsigned rounds)
{
    static struct mounted mounted;
    unsigned seed = 1;
    for (unsigned round = 0; round < rounds; round++) {
        struct mutation mutation;
        mutation_do(&mutation, image + first, length, &seed);
        mounted_open(&mounted, image, size);
        if (mounted.error == 0) {
            mounted_walk(&mounted, name);
        } else if (mounted.error != ERR_UNKNOWN && mounted.line_count == 0) {
            fail_msg("%s: round %u: %s, but nothing was logged", name, round,
                     error_text(mounted.error));
        }
        mounted_close(&mounted);
        mutation_undo(&mutation, image + first);
    }
}
