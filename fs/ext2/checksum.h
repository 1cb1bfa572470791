/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ext4's checksums (drawn in disk.h). Each question is whether what is there agrees with the checksum
 * that is stored; without the feature, everything does.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ext2;

bool ext2_super_is_whole(const uint8_t *super);

/* Takes from the superblock what the others need. */
void ext2_checksum_open(struct ext2 *, const uint8_t *super);

/* `descriptor` is ext2->descriptor_size bytes. */
bool ext2_descriptor_is_whole(const struct ext2 *, uint32_t group, const uint8_t *descriptor);

/* What the checksums of an inode and of its blocks begin with. */
uint32_t ext2_inode_seed(const struct ext2 *, uint32_t number, const uint8_t *inode);

/* `inode` is ext2->inode_size bytes. */
bool ext2_inode_is_whole(const struct ext2 *, uint32_t seed, const uint8_t *inode);

/* Makes its checksum the right one. */
void ext2_put_inode_checksum(const struct ext2 *, uint32_t seed, uint8_t *inode);

/* Blocks of an inode: of extents; of directory entries; of an htree whose entries begin there. */
bool ext2_extents_are_whole(const struct ext2 *, uint32_t seed, const uint8_t *block);
bool ext2_entries_are_whole(const struct ext2 *, uint32_t seed, const uint8_t *block);
bool ext2_index_is_whole(const struct ext2 *, uint32_t seed, const uint8_t *block, size_t entries);
