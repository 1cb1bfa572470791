# SPDX-License-Identifier: BSD-2-Clause
"""seeds.py FOLDER: small disks for the fuzzer to start from: FFS of each kind, and tables of each kind around it."""

import struct
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "images"))
import disklabel  # noqa: E402
from ffs_images import FORMATS  # noqa: E402

SUPER, FS_IBLKNO, FS_JOURNAL, FS_FLAGS, LOG_IN_USE = 8192, 16, 864, 1312, 0x100
WAPBL_HEADER, WAPBL_REVOCATIONS, WAPBL_BLOCKS = 0x5741424C, 0x5741424E, 0x5741424F


def make_tree(folder: Path) -> Path:
    (folder / "directory").mkdir(parents=True)
    (folder / "directory/file").write_bytes(b"bytes" * 3000)
    (folder / "short").symlink_to("directory/file")
    (folder / "long").symlink_to("directory/" * 15 + "file")
    return folder


def make_file_systems(folder: Path, source: Path) -> list:
    images = []
    for version, order in FORMATS:
        images.append(folder / f"ffs{version}-{order}")
        subprocess.run(["makefs", "-t", "ffs", "-B", order, "-o", f"version={version},bsize=4096,fsize=512", "-s", "128k",
                        images[-1], source], check=True, capture_output=True)
    return images


def make_disk(path: Path, table: bytes, at: int, image: Path) -> None:
    """A table, and behind 32 KiB a file system."""
    disk = bytearray(32768) + image.read_bytes()
    disk[at : at + len(table)] = table
    path.write_bytes(disk)


def mbr(*entries) -> bytes:
    table = b"".join(bytes([0, 0, 0, 0, kind, 0, 0, 0]) + first.to_bytes(4, "little") + count.to_bytes(4, "little")
                     for kind, first, count in entries)
    return table.ljust(64, b"\0") + b"\x55\xaa"


def make_log(path: Path, image: Path) -> None:
    """A volume whose log, behind it, holds the first block of its inodes, and has it revoked and logged again."""
    disk = bytearray(image.read_bytes())
    start, block = len(disk), 512
    struct.pack_into("<I", disk, SUPER + FS_FLAGS, LOG_IN_USE)
    struct.pack_into("<BBHIQQQ", disk, SUPER + FS_JOURNAL, 1, 1, 0, 0, start // block, 16, block)
    place = int.from_bytes(disk[SUPER + FS_IBLKNO : SUPER + FS_IBLKNO + 4], "little")
    entry = struct.pack("<qii", place, 0, block)
    blocks = struct.pack("<IiIi", WAPBL_BLOCKS, 2 * block, 1, 0) + entry
    revoked = struct.pack("<IiIi", WAPBL_REVOCATIONS, block, 1, 0) + entry
    record = blocks.ljust(block, b"\0") + disk[place * block : (place + 1) * block]
    ring = record + revoked.ljust(block, b"\0") + record
    header = struct.pack("<IiIIiiQIIIIqqqq", WAPBL_HEADER, block, 0, 1, 0, 0, 0, 0, 1, 9, 9, 2 * block + len(ring), 2 * block, 2 * block, 14 * block)
    path.write_bytes(disk + header.ljust(2 * block, b"\0") + ring.ljust(14 * block, b"\0"))


def main(target: str) -> None:
    folder = Path(target)
    images = make_file_systems(folder, make_tree(folder.parent / "fuzz-tree"))
    make_log(folder / "log", folder / "ffs1-le")
    make_disk(folder / "mbr", mbr((0x83, 64, 256), (5, 10, 20)), 446, images[0])
    make_disk(folder / "label", disklabel.label({"a": (7, 64, 256), "e": (19, 64, 256)}, 8), 512, images[1])
    make_disk(folder / "slice", mbr((0xA9, 32, 288)), 446, images[2])
    disklabel.put(folder / "slice", 33, disklabel.label({"a": (7, 64, 256)}, 8))


main(sys.argv[1])
