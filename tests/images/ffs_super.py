# SPDX-License-Identifier: BSD-2-Clause
"""
Debian's makefs writes FFSv2's superblock at 8 KiB, and other readers look for it at 64 KiB, where newfs puts it.
This moves it:

      8 KiB         64 KiB
      | superblock | ...         -> zeros
                   | unused -> superblock

and its copies, one in each cylinder group, say so. What lies at 64 KiB must be unused: with 64 KiB blocks it is
the first copy; with smaller ones it is among the inodes, which are free if makefs was told to make many of them
(-o density=1024).
"""

from pathlib import Path

from ffs_volume import FS_FPG, FS_MAGIC, FS_NCG, FS_SBLKNO, FS_SBLOCKLOC, SUPER_SIZE, Volume

NEW_PLACE = 65536


def copies(volume: Volume) -> list:
    """The places of the superblock's copies."""
    groups = range(volume.field(FS_NCG))
    places = [(group * volume.field(FS_FPG) + volume.field(FS_SBLKNO)) * volume.fragment for group in groups]
    return [place for place in places if volume.get(place + FS_MAGIC, "I") == volume.field(FS_MAGIC)]


def is_unused(volume: Volume) -> bool:
    """A copy, nothing, or inodes of 256 bytes that only have a generation number, at byte 80."""
    if NEW_PLACE in copies(volume):
        return True
    inodes = [volume.image[NEW_PLACE + offset : NEW_PLACE + offset + 256] for offset in range(0, SUPER_SIZE, 256)]
    return not any(any(inode[:80]) or any(inode[84:]) for inode in inodes)


def move_superblock(path: Path) -> None:
    volume = Volume(path)
    assert volume.version == 2 and volume.place == 8192, f"{path}: there is no FFSv2 superblock at 8192"
    assert is_unused(volume), f"{path}: what lies at {NEW_PLACE} is in use"
    for place in [volume.place, *copies(volume)]:
        volume.put(place + FS_SBLOCKLOC, "q", NEW_PLACE)
    image, old = volume.image, volume.place
    image[NEW_PLACE : NEW_PLACE + SUPER_SIZE] = image[old : old + SUPER_SIZE]
    image[old : old + SUPER_SIZE] = bytes(SUPER_SIZE)
    volume.save()
