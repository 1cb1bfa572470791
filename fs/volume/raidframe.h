/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A component of a NetBSD RAIDframe set (sys/dev/raidframe/raidframevar.h). A mirror's contents lie
 * in each component in one piece, with partition tables of their own or a file system at once:
 *
 *      byte 0              16384                 64 sectors
 *      | (nothing)         | component label |   | the set's sectors ...       | rest |
 *
 * Component label: numbers of 4 bytes, in the byte order of the machine that wrote it
 *
 *      0         4        8               48           56           60       208    216
 *      | version | serial | changes       | level: '1' | block size | blocks | unit | blocks>>32 |
 */
#pragma once

#include <stdbool.h>

enum {
    COMPONENT_LABEL = 16384, /* bytes from the component's start */
    COMPONENT_LABEL_SIZE = 220,
    COMPONENT_PROTECTED = 64, /* sectors before the set's first one */
};

enum {
    COMPONENT_VERSION = 0, /* 1 or 2 */
    COMPONENT_SERIAL = 4,
    COMPONENT_AGE = 8,    /* the modification counter */
    COMPONENT_LEVEL = 48, /* a character: '0', '1', '5' ... */
    COMPONENT_BLOCK_SIZE = 56,
    COMPONENT_BLOCKS = 60,
    COMPONENT_UNIT = 208, /* that it was configured as last */
    COMPONENT_BLOCKS_HIGH = 216,
};

struct partition;

/*
 * Can it be a component? NetBSD's kernel looks in partitions of this type, and in whole disks and
 * slices without a label.
 */
bool raidframe_may_be(const struct partition *);
