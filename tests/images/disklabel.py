# SPDX-License-Identifier: BSD-2-Clause
"""BSD disklabels, as NetBSD, OpenBSD and FreeBSD write them, and disks that have one in an MBR slice."""

import struct
import subprocess
from pathlib import Path

SECTOR = 512
MAGIC = 0x82564557
UNUSED, SWAP, FFS, EXT2, RAID = 0, 1, 7, 17, 19


def label(partitions: dict, count: int = 16, version: int = 0, order: str = "<") -> bytes:
    """A disklabel; `partitions`: letter to (type, offset, size), in sectors as that BSD counts them."""
    data = bytearray(148 + 16 * count)
    struct.pack_into(order + "I", data, 0, MAGIC)
    struct.pack_into(order + "I", data, 40, SECTOR)
    struct.pack_into(order + "H", data, 114, version)
    struct.pack_into(order + "IHH", data, 132, MAGIC, 0, count)
    for letter, (kind, offset, size) in partitions.items():
        place = 148 + 16 * (ord(letter) - ord("a"))
        struct.pack_into(order + "II", data, place, size & 0xFFFFFFFF, offset & 0xFFFFFFFF)
        if version:
            struct.pack_into(order + "HH", data, place + 8, offset >> 32, size >> 32)
        data[place + 12] = kind
    checksum = 0
    for (word,) in struct.iter_unpack(order + "H", data):
        checksum ^= word
    struct.pack_into(order + "H", data, 136, checksum)
    return bytes(data)


def put(disk: Path, sector: int, data: bytes) -> None:
    with open(disk, "r+b") as file:
        file.seek(sector * SECTOR)
        file.write(data)


def put_image(disk: Path, sector: int, image: Path) -> None:
    """A file system at a sector of a disk; holes stay holes."""
    subprocess.run(["dd", f"if={image}", f"of={disk}", "bs=1M", f"seek={sector * SECTOR}", "oflag=seek_bytes",
                    "conv=notrunc,sparse", "status=none"], check=True)


def make_disk(disk: Path, megabytes: int, table: str) -> Path:
    """A disk with a table that sfdisk writes."""
    with open(disk, "wb") as file:
        file.truncate(megabytes << 20)
    done = subprocess.run(["sfdisk", "-q", disk], input=table, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return disk
