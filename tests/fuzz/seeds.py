# SPDX-License-Identifier: BSD-2-Clause
"""seeds.py FOLDER: small disks for the fuzzer to start from: FFS of each kind, and tables of each kind around it."""

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "images"))
import disklabel  # noqa: E402
from ffs_images import FORMATS  # noqa: E402


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


def main(target: str) -> None:
    folder = Path(target)
    images = make_file_systems(folder, make_tree(folder.parent / "fuzz-tree"))
    make_disk(folder / "mbr", mbr((0x83, 64, 256), (5, 10, 20)), 446, images[0])
    make_disk(folder / "label", disklabel.label({"a": (7, 64, 256), "e": (19, 64, 256)}, 8), 512, images[1])
    make_disk(folder / "slice", mbr((0xA5, 0, 0), (0xA9, 32, 288)), 446, images[2])
    disklabel.put(folder / "slice", 33, disklabel.label({"a": (7, 64, 256)}, 8))


main(sys.argv[1])
