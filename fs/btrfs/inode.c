/* SPDX-License-Identifier: BSD-2-Clause */
/* Inodes and symbolic links. */
#include <string.h>

#include "fs/btrfs/btrfs.h"
#include "fs/btrfs/log.h"
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
    node->mode = 0755;
    node->links = 1;
}

/* ---- what the log says ---------------------------------------------------------------------- */

/* Copies the inode in a tree into inode[INODE_SIZE]. Returns 1, 0 when there is none, or an error. */
static int copy_inode(const struct node *node, const struct btrfs_tree *tree, uint8_t *inode)
{
    const struct btrfs_key key = {.object = node->id.object, .type = TYPE_INODE};
    struct btrfs_item item;
    int found = btrfs_find(node->volume, tree, &key, &item);
    if (found > 0 && item.size < INODE_SIZE) {
        return btrfs_wrong(node, "it is too short");
    }
    if (found > 0) {
        memcpy(inode, item.bytes, INODE_SIZE);
    }
    return found;
}

static enum node_type type_in(const uint8_t *inode)
{
    return mode_type((uint16_t)le32(inode + INODE_MODE));
}

/*
 * One that is logged without a generation is only said to exist, and how long it is, if it was
 * synced before. What is logged of a directory does not say its size.
 */
static void merge(uint8_t *committed, const uint8_t *logged)
{
    uint64_t size = le64(committed + INODE_BYTES), logged_size = le64(logged + INODE_BYTES);
    if (le64(logged + INODE_GENERATION) != 0) {
        memcpy(committed, logged, INODE_SIZE);
        put_le64(committed + INODE_BYTES, type_in(logged) == NODE_DIRECTORY ? size : logged_size);
    } else if (type_in(logged) == NODE_FILE && logged_size != 0) {
        put_le64(committed + INODE_BYTES, logged_size);
    }
}

/* The inode as it is to be. Returns 1, 0 when there is none, or an error. */
static int find_inode(const struct node *node, uint8_t *inode)
{
    const struct btrfs_node *private = btrfs_node_of(node);
    uint8_t logged[INODE_SIZE] = {0};
    int found = copy_inode(node, &private->tree, inode);
    int in_log = found >= 0 && private->log != NULL ? copy_inode(node, private->log, logged) : 0;
    if (found < 0 || in_log < 0) {
        return found < 0 ? found : in_log;
    }
    if (in_log > 0 && found > 0) {
        merge(inode, logged);
    } else if (in_log > 0) {
        memcpy(inode, logged, INODE_SIZE);
    }
    return found > 0 || in_log > 0 ? 1 : 0;
}

/* --------------------------------------------------------------------------------------------- */

int btrfs_load(struct node *node)
{
    struct btrfs_node *private = (struct btrfs_node *)node->private;
    uint8_t inode[INODE_SIZE] = {0};
    int error = btrfs_open_subvolume(node->volume, node->id.tree, &private->tree);
    if (error != 0) {
        return error;
    }
    private->log = btrfs_log_of(node->volume, node->id.tree);
    if (node->id.object == EMPTY_DIRECTORY) {
        make_empty_directory(node);
        return 0;
    }
    int found = find_inode(node, inode);
    if (found <= 0) {
        return found < 0 ? found : btrfs_wrong(node, "it is not in its subvolume");
    }
    return take_inode(node, inode);
}

int btrfs_link(struct node *link, char *text)
{
    if (link->size == 0 || link->size >= LINK_SIZE) {
        return btrfs_wrong(link, "a symbolic link of a size that cannot be");
    }
    text[link->size] = '\0';
    return node_read(link, 0, text, link->size);
}
