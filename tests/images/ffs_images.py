# SPDX-License-Identifier: BSD-2-Clause
"""FFS images by makefs, in every shape that it knows."""

import subprocess
from pathlib import Path

import tree

PAIRS = [(block, block // part) for block in (4096, 8192, 16384, 32768, 65536) for part in (1, 2, 4, 8)]
FORMATS = [(version, order) for version in (1, 2) for order in ("le", "be")]
MANY_INODES = ["-s", "16m", "-o", "density=1024"]  # so that those around byte 65536 stay free, and a superblock can lie there


def make_image(image: Path, source: Path, version: int, order: str, block: int, fragment: int, *options) -> Path:
    settings = f"version={version},bsize={block},fsize={fragment}"
    command = ["makefs", "-t", "ffs", "-B", order, "-o", settings, *options, image, source]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return image


def make_small_source(folder: Path, largest: int = 3_000_000) -> Path:
    """Few files, so that few inodes are in use."""
    folder.mkdir()
    for size in (0, 1, 5000, 65536, 100_000, largest):
        (folder / f"{size} bytes").write_bytes(tree.random_bytes(size, size))
    (folder / "directory").mkdir()
    (folder / "directory" / "file").write_text("in a directory\n")
    (folder / "short link").symlink_to("directory/file")
    (folder / "long link").symlink_to("directory/" * 20 + "file")
    return folder
