/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which frame is page N of the next guest. Physical memory is a numbering that the guest chooses:
 * frames stay where they are, full of what was read into them, and only their numbers change. All
 * other frames keep theirs, but for those that make room:
 *
 *      page          0      1      2     ...  count | ...    q ...
 *      old p2m       A      B      C                |        X
 *      wanted        X     any     C                |
 *      new p2m       X      B      C                |        A      A moved to where X came from
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct arena;

#define NUMBERING_ANY  (UINT64_MAX - 1) /* wanted: any frame of plain memory */
#define NUMBERING_HOLE UINT64_MAX       /* p2m: no frame at this page */

struct numbering {
    uint64_t *p2m;    /* the frame of each page; changed in place */
    uint64_t *wanted; /* [count]: a frame for each of the first pages, or NUMBERING_ANY */
    uint64_t count;
    uint64_t *claimed; /* a bit for each of the first pages: its old frame is wanted somewhere */

    uint64_t (*page_of)(uint64_t frame); /* by the old p2m */
    bool (*is_plain)(uint64_t page);     /* may the frame at this old page become any page? */
    uint64_t (*spare)(
        void); /* another plain old page that nobody wants, at each call; UINT64_MAX: none */

    /* Told of each frame that changes its page. */
    void (*moved)(uint64_t frame, uint64_t page);
};

/* `wanted`, all NUMBERING_ANY, and `claimed`, for `count` pages. Returns 0 or ERR_NO_MEMORY. */
int numbering_create(struct numbering *, struct arena *, uint64_t count);

/*
 * Gives each NUMBERING_ANY a frame; the p2m stays as it is. No frame may be wanted twice. Returns 0
 * or ERR_NO_MEMORY.
 */
int numbering_resolve(struct numbering *);

/* Changes the p2m, after numbering_resolve. */
void numbering_apply(const struct numbering *);
