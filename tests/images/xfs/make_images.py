#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""
make_images.py: makes the images of this folder anew; as root, on a machine whose own kernel mounts XFS. Linux fills each and, but for
one, has the ground taken from under it; what Linux reads of a copy, after its own recovery, is the manifest.
"""

import contextlib
import hashlib
import lzma
import os
import re
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
BLOCK = 4096


def run(*command) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def manifest(folder: Path) -> str:
    """A line for each node: type, permissions, size, the first half of the SHA-256 of its bytes or text, path."""
    lines = []
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        if path.is_symlink():
            kind, mode, data = "link", 0, os.readlink(path).encode()
        elif path.is_dir():
            kind, mode, data = "directory", stat.S_IMODE(status.st_mode), b""
        else:
            kind, mode, data = "file", stat.S_IMODE(status.st_mode), path.read_bytes()
        lines.append(f"{kind} {mode:o} {len(data)} {hashlib.sha256(data).hexdigest()[:32]} {path.relative_to(folder)}\n")
    return "".join(lines)


@contextlib.contextmanager
def mounted(image: Path):
    with tempfile.TemporaryDirectory() as name:
        run("mount", "-o", "loop", image, name)
        try:
            yield Path(name)
        finally:
            run("umount", name)


def write(path: Path, data: bytes, offset: int = 0) -> None:
    """On the disk when it returns, and in the log."""
    with open(path, "r+b" if path.exists() else "wb") as file:
        file.seek(offset)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def make_files(folder: Path, count: int) -> None:
    folder.mkdir()
    for number in range(count):
        (folder / f"a-file-with-a-name-{number}").write_text(f"{folder.name} {number}\n")


def fill(root: Path) -> None:
    make_files(root / "many", 1000)
    make_files(root / "some", 100)
    (root / "shared").write_bytes(b"shared " * 3000)
    (root / "shrinks").write_bytes(b"shrinks " * 3000)
    run("sync", "-f", root)


def change(root: Path) -> None:
    """Of everything one: extents in lists and trees, unwritten ones, holes in files and in directories, links, moves."""
    for number in range(300, 900):
        (root / f"many/a-file-with-a-name-{number}").unlink()
    for number in range(40):
        write(root / "pieces", f"piece {number} ".encode() * 300, number * 3 * BLOCK)
    run("fallocate", "-l", "300000", root / "unwritten")
    write(root / "unwritten", b"written", 100_000)
    if subprocess.run(["cp", "--reflink=always", root / "shared", root / "copy"], capture_output=True).returncode == 0:
        write(root / "copy", b"changed", 9000)
    os.truncate(root / "shrinks", 5000)
    (root / "short").symlink_to("some/a-file-with-a-name-7")
    (root / "long").symlink_to("d/" * 480 + "x")
    make_files(root / "new", 80)
    (root / "some/a-file-with-a-name-8").rename(root / "new/moved")
    shutil.rmtree(root / "some")
    write(root / "last", b"last\n")


def wrap(root: Path) -> None:
    """More than the log has room for."""
    for number in range(81):
        make_files(root / f"round-{number}", 250)
        write(root / "rounds", f"round {number}\n".encode(), 100 * number)
        if number > 2:
            shutil.rmtree(root / f"round-{number - 2}")
            write(root / "rounds", b"x", 100 * number + 50)
    change(root)


def reuse(root: Path) -> None:
    """Files' blocks where inodes and directories were, all of it in the log."""
    make_files(root / "gone", 2000)
    write(root / "last", b"before\n")
    shutil.rmtree(root / "gone")
    write(root / "last", b"after\n")
    with contextlib.suppress(OSError), open(root / "full", "wb") as file:
        while True:
            file.write(b"data instead of inodes " * 20_000)
    write(root / "last", b"last\n")
    run("sync", "-d", root / "full")


def tear(image: Path) -> None:
    """Damages the last record of the log: as a crash can, while it is written."""
    text = run("xfs_logprint", "-t", image)
    head, start = (int(re.search(pattern, text).group(1)) for pattern in (r"head: (\d+)", r"daddr: (\d+)"))
    with open(image, "r+b") as file:
        file.seek((start + head - 1) * 512 + 8)
        file.write(b"torn" * 100)


# Options of mkfs.xfs, what is done after fill(), and to the image.
IMAGES = {
    "clean": ("", change, None),
    "dirty": ("", change, None),
    "wrapped": ("-b size=1024 -n size=4096 -l su=16k", wrap, None),
    "torn": ("-m rmapbt=1 -i nrext64=1 -n size=16384", change, tear),
    "reused": ("-m reflink=0 -i size=1024", reuse, None),
}


def make(name: str) -> None:
    options, change_it, damage = IMAGES[name]
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / name
        with open(image, "wb") as file:
            file.truncate(24 << 20)
        lifted = {**os.environ, "TEST_DIR": "/", "TEST_DEV": "/", "QA_CHECK_FS": "1"}
        subprocess.run(["mkfs.xfs", "-q", *options.split(), image], check=True, env=lifted)
        with mounted(image) as root:
            fill(root)
            change_it(root)
            if name != "clean":
                run("xfs_io", "-x", "-c", "shutdown", root)
        if damage is not None:
            damage(image)
        with open(FOLDER / f"{name}.img.xz", "wb") as file:
            subprocess.run(["xz", "-9", "-c", image], check=True, stdout=file)
        with mounted(image) as root:
            (FOLDER / f"{name}.manifest.xz").write_bytes(lzma.compress(manifest(root).encode()))


if __name__ == "__main__":
    for each in IMAGES:
        make(each)
