/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Data inside of the inode: it begins in i_block and goes on in the extended attribute system.data.
 */
#include <string.h>

#include "fs/ext2/disk.h"
#include "fs/ext2/ext2.h"
#include "lib/bytes.h"
#include "lib/checked.h"

/* Extended attributes inside of an inode: magic, then entries of 16 bytes and a name. */
enum {
    XATTR_MAGIC_NUMBER = (int)0xEA020000,
    XATTR_ENTRY_SIZE = 16,
    XA_NAME_LENGTH = 0,
    XA_NAME_INDEX = 1,
    XA_VALUE_OFFSET = 2,
    XA_VALUE_SIZE = 8,
    XATTR_INDEX_SYSTEM = 7,
};

/*
 * The value of system.data, which continues i_block: its place in the inode; 0, with *length 0,
 * when there is none.
 */
static size_t find_system_data(const uint8_t *inode, size_t inode_size, size_t *length)
{
    size_t extra = inode_size > I_EXTRA_ISIZE + 2 ? le16(inode + I_EXTRA_ISIZE) : 0;
    size_t header = GOOD_OLD_INODE_SIZE + extra, first = header + 4;
    *length = 0;
    if (first > inode_size || le32(inode + header) != (uint32_t)XATTR_MAGIC_NUMBER) {
        return 0;
    }
    for (size_t at = first; at + XATTR_ENTRY_SIZE <= inode_size && le32(inode + at) != 0;) {
        size_t name = inode[at + XA_NAME_LENGTH];
        size_t value = first + le16(inode + at + XA_VALUE_OFFSET);
        uint32_t value_size = le32(inode + at + XA_VALUE_SIZE);
        bool matches = inode[at + XA_NAME_INDEX] == XATTR_INDEX_SYSTEM && name == 4 &&
                       at + XATTR_ENTRY_SIZE + name <= inode_size &&
                       memcmp(inode + at + XATTR_ENTRY_SIZE, "data", 4) == 0;
        if (matches && range_within(value, value_size, inode_size)) {
            *length = value_size;
            return value;
        }
        at += XATTR_ENTRY_SIZE + align_up(name, 4);
    }
    return 0;
}

void ext2_open_inline(const struct ext2 *ext2, struct ext2_node *node, const uint8_t *inode,
                      uint64_t offset)
{
    size_t length;
    node->inline_rest = offset + find_system_data(inode, ext2->inode_size, &length);
    node->inline_rest_size = length;
}

/* What is after the data is a hole: mke2fs writes files so that begin with one. */
int ext2_map_inline(struct node *node, uint64_t offset, struct extent *extent)
{
    uint64_t end = EXT2_BLOCK_BYTES;
    end += offset < end ? 0 : ext2_node_of(node)->inline_rest_size;
    *extent = offset < end ? (struct extent){.kind = EXTENT_MADE, .length = end - offset}
                           : (struct extent){.kind = EXTENT_ZERO, .length = node->size - offset};
    return 0;
}

int ext2_make(struct node *node, uint64_t offset, void *buffer, size_t length)
{
    const struct ext2_node *private = ext2_node_of(node);
    if (offset < EXT2_BLOCK_BYTES) {
        memcpy(buffer, private->block + offset, length);
        return 0;
    }
    return volume_read(node->volume, private->inline_rest + (offset - EXT2_BLOCK_BYTES), buffer,
                       length);
}
