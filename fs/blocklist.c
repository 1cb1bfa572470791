/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/blocklist.h"

#include <string.h>

#include "lib/checked.h"
#include "lib/decimal.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/disk.h"

/* A run of sectors: bytes of the volume. */
struct run {
    uint64_t offset, length;
};

enum { RUNS = (sizeof((struct node *)0)->private) / (sizeof(struct run)) };

static const char digits[] = "0123456789";

bool blocklist_is(const char *text)
{
    return text[strspn(text, digits)] == '+' && text[strspn(text, "0123456789+,")] == '\0';
}

static struct run *runs_of(struct node *node)
{
    return (struct run *)node->private;
}

/* ---- the file ------------------------------------------------------------------------------- */

static int blocklist_map(struct node *node, uint64_t offset, struct extent *extent)
{
    const struct run *run = runs_of(node);
    for (; offset >= run->length; run++) { /* ends: the offset is below the sum of all */
        offset -= run->length;
    }
    *extent = (struct extent){
        .kind = EXTENT_BELOW, .length = run->length - offset, .offset = run->offset + offset};
    return 0;
}

static const struct fs_type blocklist_type = {.name = "blocklist", .map = blocklist_map};

/* ---- the text ------------------------------------------------------------------------------- */

/* The number at *text, which moves after it. False: there is none, or it is too large. */
static bool take_number(const char **text, uint64_t *number)
{
    size_t length = decimal_begin(*text, strlen(*text), number);
    *text += length;
    return length > 0;
}

/* "100+50" or "+50" at *text, which moves after it. */
static bool take_run(const char **text, struct run *run)
{
    uint64_t first = 0, count;
    if (**text != '+' && !take_number(text, &first)) {
        return false;
    }
    if (**text != '+') {
        return false;
    }
    ++*text;
    return take_number(text, &count) && count > 0 &&
           checked_mul(first, SECTOR_SIZE, &run->offset) &&
           checked_mul(count, SECTOR_SIZE, &run->length);
}

static int add_run(const struct volume *volume, struct node *node, size_t index,
                   const struct run *run)
{
    const struct source *source = volume->source;
    if (index == RUNS) {
        return fail(volume->log, ERR_TOO_LARGE, "%s: a block list of over %d runs", source->name,
                    (int)RUNS);
    }
    if (!range_within(run->offset, run->length, source->size)) {
        return fail(volume->log, ERR_RANGE,
                    "%s: a block list's %lu sectors from %lu on are past its end", source->name,
                    run->length / SECTOR_SIZE, run->offset / SECTOR_SIZE);
    }
    runs_of(node)[index] = *run;
    node->size += run->length; /* few runs, none larger than the disk */
    return 0;
}

int blocklist_open(struct volume *volume, struct node *node, const char *text)
{
    volume->type = &blocklist_type;
    *node = (struct node){.volume = volume, .type = NODE_FILE};
    const char *at = text;
    for (size_t index = 0;; index++, at++) {
        struct run run;
        if (!take_run(&at, &run)) {
            return fail(volume->log, ERR_INVALID,
                        "%s: \"%.60s\" is no block list: [FIRST]+COUNT,... in sectors",
                        volume->source->name, text);
        }
        int error = add_run(volume, node, index, &run);
        if (error != 0 || *at != ',') {
            return error;
        }
    }
}
