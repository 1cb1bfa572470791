/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A source some pieces of which are taken from elsewhere: a volume as it would be once its journal
 * had been written in place. Nothing is written, and what the journal holds stays on the disk:
 *
 *      overlay   |.....[a'].......[b'].....................|
 *                   |    |          |            |
 *      below     |..|.[a]|......[b] |............|....[a'][b']|
 *                          `--------`-------------------^
 *
 * A later piece hides what it covers of earlier ones.
 */
#pragma once

#include "fs/source.h"

struct overlay;

/* Lies over `below`, with its name and size. NULL when there is no memory. */
struct overlay *overlay_create(const struct source *below, struct arena *);

/* The same with pieces of another source: a journal can have a device of its own. */
struct overlay *overlay_create_from(const struct source *below, const struct source *from,
                                    struct arena *);

/* The source to read from. It lives as long as the arena's memory. */
const struct source *overlay_source(const struct overlay *);

/* From now on `length` bytes from `offset` on are those of `below`, or of `from`, at `place`; or ... */
int overlay_put(struct overlay *, uint64_t offset, uint64_t length, uint64_t place);

/* ... those in memory, which stay there, or ... */
int overlay_put_memory(struct overlay *, uint64_t offset, uint64_t length, const uint8_t *);

/* ... what lies there in `below`. All three return 0, ERR_NO_MEMORY or ERR_RANGE, not logged. */
int overlay_forget(struct overlay *, uint64_t offset, uint64_t length);

/* How many pieces are kept. */
size_t overlay_count(const struct overlay *);
