#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""
ffs_super.py IMAGE

Debian's makefs writes FFSv2's superblock at 8 KiB, and other readers look for it at 64 KiB, where newfs puts it.
This moves it:

      8 KiB         64 KiB
      | superblock | ...         -> zeros
                   | unused -> superblock

and its copies, one in each cylinder group, say so. What lies at 64 KiB must be unused: with 64 KiB blocks it is
the first copy; with smaller ones it is among the inodes, which are free if makefs was told to make many of them
(-o density=1024).
"""

import struct
import sys
from pathlib import Path

OLD_PLACE, NEW_PLACE, SUPER_SIZE = 8192, 65536, 1376
FS_SBLKNO, FS_NCG, FS_FSIZE, FS_FPG, FS_SBLOCKLOC, FS_MAGIC = 8, 44, 52, 188, 1000, 1372
MAGIC_V2 = 0x19540119


def byte_order(image: bytes, place: int) -> str:
    """'<' or '>', or '' where there is no FFSv2 superblock."""
    magic = image[place + FS_MAGIC : place + FS_MAGIC + 4]
    return next((order for order in "<>" if magic == struct.pack(order + "I", MAGIC_V2)), "")


def copies(image: bytes, order: str) -> list:
    """The places of the superblock's copies."""
    field = lambda offset: struct.unpack_from(order + "I", image, OLD_PLACE + offset)[0]
    fragment = field(FS_FSIZE)
    places = [(group * field(FS_FPG) + field(FS_SBLKNO)) * fragment for group in range(field(FS_NCG))]
    return [place for place in places if byte_order(image, place)]


def is_unused(image: bytes, order: str) -> bool:
    """A copy, nothing, or inodes of 256 bytes that only have a generation number, at byte 80."""
    if NEW_PLACE in copies(image, order):
        return True
    inodes = [image[NEW_PLACE + offset : NEW_PLACE + offset + 256] for offset in range(0, SUPER_SIZE, 256)]
    return not any(any(inode[:80]) or any(inode[84:]) for inode in inodes)


def move_superblock(path: Path) -> None:
    image = bytearray(path.read_bytes())
    order = byte_order(image, OLD_PLACE)
    if not order:
        raise ValueError(f"{path}: there is no FFSv2 superblock at {OLD_PLACE}")
    if not is_unused(image, order):
        raise ValueError(f"{path}: what lies at {NEW_PLACE} is in use")
    for place in [OLD_PLACE, *copies(image, order)]:
        struct.pack_into(order + "q", image, place + FS_SBLOCKLOC, NEW_PLACE)
    image[NEW_PLACE : NEW_PLACE + SUPER_SIZE] = image[OLD_PLACE : OLD_PLACE + SUPER_SIZE]
    image[OLD_PLACE : OLD_PLACE + SUPER_SIZE] = bytes(SUPER_SIZE)
    path.write_bytes(image)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        move_superblock(Path(sys.argv[1]))
    except (OSError, ValueError) as error:
        sys.exit(str(error))
