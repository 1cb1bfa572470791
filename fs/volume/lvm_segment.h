/* SPDX-License-Identifier: BSD-2-Clause */
/* Segments of logical volumes, on their way from text to sources. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "fs/source.h"
#include "fs/volume/lvm_group.h"
#include "fs/volume/lvm_text.h"

struct leg;

enum {
    LVM_UNIT = 512, /* bytes of the sectors in which metadata count */
    LVM_LEGS = 64,  /* of one segment, at most */
};

struct lvm_segment {
    struct lvm_group *group;
    struct lvm_logical *logical; /* of which it is a part */
    struct lvm_section text;
    uint64_t size;    /* bytes */
    uint64_t chunk;   /* bytes; 0: it says none */
    struct leg *legs; /* LVM_LEGS of them, `columns` filled in */
    unsigned columns, missing;
    const char *missing_name;    /* of one that is */
    const struct source *source; /* that it became, from `offset` on; NULL: zeros */
    uint64_t offset;
};

/* Says why a logical volume cannot be read, in words that live as long as it. Returns ERR_UNSUPPORTED. */
int lvm_refuse(struct lvm_logical *, const char *why);

/* The same: one of a segment's legs is missing. Returns ERR_UNSUPPORTED or ERR_NO_MEMORY. */
int lvm_refuse_missing(const struct lvm_segment *);

/*
 * Adds legs: `key` is a list of names, each with the number of an extent after it. What is below is made for
 * that. Returns 0, ERR_NO_MEMORY, or an error that the logical volume is refused for.
 */
int lvm_add_extents(struct lvm_segment *, const char *key);

/* The same with the images of a RAID, without those that are out of date (logged). */
int lvm_add_images(struct lvm_segment *);

/* Have all legs that are there `size` bytes? */
bool lvm_legs_hold(const struct lvm_segment *, uint64_t size);

/*
 * Makes a source of a segment whose group, logical volume, text and size are set. Returns 0, ERR_NO_MEMORY, or an
 * error that the logical volume is refused for.
 */
int lvm_make_segment(struct lvm_segment *);
