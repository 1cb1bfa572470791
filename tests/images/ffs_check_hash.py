# SPDX-License-Identifier: BSD-2-Clause
"""Gives an FFSv2 of makefs the check hashes that FreeBSD's newfs gives: of the superblock, of its copies, and of all inodes in use."""

from pathlib import Path

from crc32c import crc32c
from ffs_super import copies
from ffs_volume import FS_IPG, FS_NCG, Volume

FS_SBSIZE, FS_CKHASH, FS_METACKHASH, FS_FLAGS, DI_CKHASH = 104, 1304, 1308, 1312, 244
FLAGS_CHECK_HASHES, CK_SUPERBLOCK, CK_INODE = 0x200, 1, 4


def put_hash(volume: Volume, place: int, size: int, at: int) -> None:
    volume.put(place + at, "I", 0)
    volume.put(place + at, "I", crc32c(volume.image[place : place + size], 0xFFFFFFFF))


def add_check_hashes(path: Path) -> None:
    volume = Volume(path)
    for number in range(2, volume.field(FS_NCG) * volume.field(FS_IPG)):
        inode = volume.inode(number)
        if volume.get(inode, "H") != 0:  # its mode
            put_hash(volume, inode, volume.inode_size, DI_CKHASH)
    for place in [volume.place, *copies(volume)]:
        volume.put(place + FS_FLAGS, "I", volume.get(place + FS_FLAGS, "I") | FLAGS_CHECK_HASHES)
        volume.put(place + FS_METACKHASH, "I", CK_SUPERBLOCK | CK_INODE)
        put_hash(volume, place, volume.get(place + FS_SBSIZE, "I"), FS_CKHASH)
    volume.save()
