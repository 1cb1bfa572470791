# SPDX-License-Identifier: BSD-2-Clause
"""XFS as mkfs.xfs makes it, filled from a tree, and changed by xfs_db."""

import os
import re
import stat
import struct
import subprocess
from pathlib import Path

import tree

LIFTED = {**os.environ, "TEST_DIR": "/", "TEST_DEV": "/", "QA_CHECK_FS": "1"}  # mkfs.xfs's limit of 300 MB
SECTOR = 512
UUID = "01234567-89ab-cdef-0123-456789abcdef"


def without_blanks(text: str) -> str:
    return "_".join(text.split())


def make_tree(folder: Path, **options) -> Path:
    """
    One whose names and links have no blanks, which separate words in a prototype. Links that their inode has no room for mkfs.xfs
    of Debian 12 writes without the header that version 5 has: Linux does not read them either.
    """
    tree.make_unix_tree(folder, **options)
    for length in (1000, 1023):
        (folder / f"links/of {length} bytes").unlink()
    for path in sorted(folder.rglob("*"), key=lambda path: len(path.parts), reverse=True):
        if path.is_symlink():
            text = os.readlink(path)
            path.unlink()
            path.symlink_to(without_blanks(text))
        path.rename(path.with_name(without_blanks(path.name)))
    return folder


def _prototype(folder: Path, lines: list) -> None:
    for path in sorted(folder.iterdir()):
        mode = f"--{stat.S_IMODE(path.lstat().st_mode):03o} 0 0"
        if path.is_symlink():
            lines.append(f"{path.name} l{mode} {os.readlink(path)}")
        elif path.is_dir():
            lines.append(f"{path.name} d{mode}")
            _prototype(path, lines)
        else:
            lines.append(f"{path.name} -{mode} {path}")
    lines.append("$")


def make_image(image: Path, source: Path, options: str, megabytes: int = 256) -> Path:
    """`options` are mkfs.xfs's."""
    lines = ["none", "0 0", f"d--{stat.S_IMODE(source.stat().st_mode):03o} 0 0"]
    _prototype(source, lines)
    prototype = image.with_suffix(".proto")
    prototype.write_text("\n".join(lines) + "\n")
    with open(image, "wb") as file:
        file.truncate(megabytes << 20)
    done = subprocess.run(["mkfs.xfs", "-q", "-f", "-L", "my label", "-p", prototype, *options.split(), image],
                          capture_output=True, text=True, env=LIFTED)
    assert done.returncode == 0, done.stderr
    return image


def xfs_db(image: Path, *commands: str, change: bool = False) -> str:
    words = [word for command in commands for word in ("-c", command)]
    done = subprocess.run(["xfs_db", *(["-x"] if change else ["-r"]), *words, image], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def sum_super(disk: bytearray) -> None:
    sector = int.from_bytes(disk[102:104], "big")
    disk[224:228] = bytes(4)
    disk[224:228] = struct.pack("<I", crc32c(disk[:sector]))


def cut(image: Path, size: int) -> None:
    """Keeps the first bytes of one group, as a file system of that size."""
    disk = bytearray(image.read_bytes()[:size])
    struct.pack_into(">Q", disk, 8, size // int.from_bytes(disk[4:8], "big"))
    sum_super(disk)
    image.write_bytes(disk)


def log_text(image: Path) -> str:
    """What xfs_logprint says of the transactions between tail and head."""
    return subprocess.run(["xfs_logprint", "-t", image], capture_output=True, text=True).stdout


def log_records(image: Path) -> list:
    """Pairs of bytes at which the records of its log begin and end, from the last one back."""
    text = log_text(image)
    start, head = (int(re.search(pattern, text)[1]) for pattern in (r"daddr: (\d+)", r"head: (\d+)"))
    edges = [int(block) for block in re.findall(r"LOG REC AT LSN cycle \d+ block (\d+)", text)] + [head]
    return [((start + begin) * SECTOR, (start + end) * SECTOR) for begin, end in zip(edges, edges[1:])][::-1]
