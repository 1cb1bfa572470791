# SPDX-License-Identifier: BSD-2-Clause
"""
FFSv1 as it was before 4.4BSD, of an image that makefs made: directories without types, no length of short links, no 64-bit
fields in the superblock; and a group's superblock copy, header and inodes begin further on in each second group, as on disks
whose platters were to be used in turn:

      group 0   | copy | header | inodes | data ...
      group 1   | data (free here)   | copy | header | inodes | data ...
                |<-- fs_cgoffset --->|
"""

from ffs_volume import (FS_CBLKNO, FS_DBLKNO, FS_FPG, FS_FRAG, FS_MAXSYMLINKLEN, FS_NCG, FS_OLD_CGMASK, FS_OLD_CGOFFSET,
                        FS_OLD_FLAGS, FS_OLD_INODEFMT, FS_SBLKNO, FS_SBLOCKLOC, ROOT, Volume)

FS_SIZE, FS_OLD_42INODEFMT = 1080, 0xFFFFFFFF
DIRECTORY_TYPE = 4
ODD_GROUPS = 0xFFFFFFFE  # fs_cgmask: those that are moved, and by how often the offset


def age_directories(volume: Volume, number: int = ROOT) -> None:
    """A length of 16 bits takes the place of type and length."""
    for name, place, inode in list(volume.entries(number)):
        if volume.image[place + 6] == DIRECTORY_TYPE and name not in (".", ".."):
            age_directories(volume, inode)
        volume.put(place + 6, "H", volume.image[place + 7])


def age_superblock(volume: Volume) -> None:
    volume.put_field(FS_OLD_FLAGS, "B", 0)
    volume.put_field(FS_MAXSYMLINKLEN, "I", 0)
    volume.put_field(FS_OLD_INODEFMT, "I", FS_OLD_42INODEFMT)
    volume.put_field(FS_SIZE, "Q", 0)
    volume.put_field(FS_SBLOCKLOC, "Q", 0)


def move_groups(volume: Volume) -> None:
    """Moves what leads each second group by as much as it takes, and by a block more."""
    first, end, fragment = volume.field(FS_SBLKNO), volume.field(FS_DBLKNO), volume.fragment
    offset = end - first + volume.field(FS_FRAG)
    for group in range(1, volume.field(FS_NCG), 2):
        start = (group * volume.field(FS_FPG) + first) * fragment
        length = (end - first) * fragment
        target = start + offset * fragment
        assert not any(volume.image[start + length : target + length]), "there are files in the way"
        volume.image[target : target + length] = volume.image[start : start + length]
        volume.image[start : start + length] = bytes(length)
    volume.put_field(FS_OLD_CGOFFSET, "I", offset)
    volume.put_field(FS_OLD_CGMASK, "I", ODD_GROUPS)
    assert volume.field(FS_NCG) > 1 and volume.field(FS_CBLKNO) > first


def age(volume: Volume) -> None:
    age_directories(volume)
    age_superblock(volume)
    move_groups(volume)
