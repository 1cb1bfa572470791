/* SPDX-License-Identifier: BSD-2-Clause */
/* Inodes and symbolic links. */
#include "fs/btrfs/btrfs.h"
#include "fs/btrfs/roots.h"
#include "lib/bytes.h"
#include "lib/error.h"
#include "lib/log.h"

int btrfs_wrong(const struct node *node, const char *what)
{
    return fail(node->volume->log, ERR_CORRUPT, "%s: btrfs inode %lu: %s",
                volume_subject(node->volume), node->id.object, what);
}

void btrfs_report_damage(const struct volume *volume, uint64_t address, const char *what)
{
    struct btrfs *fs = volume->private;
    if (!fs->reported) {
        log_line(volume->log, "%s: btrfs block %lu: %s: another copy is read, as for all like it",
                 volume_subject(volume), address, what);
    }
    fs->reported = true;
}

/* Of a device: as Linux itself counts, 12 bits of major and 20 of minor. */
static void take_device(struct node *node, uint64_t number)
{
    if (node_is_device(node)) {
        node->major = (uint32_t)(number >> 20);
        node->minor = number & 0xFFFFF;
    }
}

static int take_inode(struct node *node, const uint8_t *bytes)
{
    node->size = le64(bytes + INODE_BYTES);
    node->mode = le32(bytes + INODE_MODE) & 07777;
    node->type = mode_type((uint16_t)le32(bytes + INODE_MODE));
    node->owner = le32(bytes + INODE_OWNER);
    node->group = le32(bytes + INODE_GROUP);
    node->links = le32(bytes + INODE_LINKS);
    node->mtime = (int64_t)le64(bytes + INODE_MTIME);
    node->mtime_nanoseconds = le32(bytes + INODE_MTIME + sizeof(uint64_t));
    node->shares_blocks = true;
    take_device(node, le64(bytes + INODE_DEVICE));
    ((struct btrfs_node *)node->private)->flags = le64(bytes + INODE_FLAGS);
    return node->size <= INT64_MAX ? 0 : btrfs_wrong(node, "its size cannot be right");
}

static void make_empty_directory(struct node *node)
{
    node->type = NODE_DIRECTORY;
    node->mode = 0555;
    node->links = 1;
}

int btrfs_load(struct node *node)
{
    struct btrfs_node *private = (struct btrfs_node *)node->private;
    const struct btrfs_key key = {.object = node->id.object, .type = TYPE_INODE};
    struct btrfs_item item;
    int error = btrfs_open_subvolume(node->volume, node->id.tree, &private->tree);
    if (error != 0) {
        return error;
    }
    if (node->id.object == EMPTY_DIRECTORY) {
        make_empty_directory(node);
        return 0;
    }
    int found = btrfs_find(node->volume, &private->tree, &key, &item);
    if (found < 0) {
        return found;
    }
    if (found == 0 || item.size < INODE_SIZE) {
        return btrfs_wrong(node, "it is not in its subvolume");
    }
    return take_inode(node, item.bytes);
}

int btrfs_link(struct node *link, char *text)
{
    if (link->size == 0 || link->size >= LINK_SIZE) {
        return btrfs_wrong(link, "a symbolic link of a size that cannot be");
    }
    text[link->size] = '\0';
    return node_read(link, 0, text, link->size);
}
