# SPDX-License-Identifier: BSD-2-Clause
"""A dirty log that NetBSD itself wrote (netbsd/README.md): what is read is what NetBSD reads after replaying it."""

import hashlib
import lzma
import os
import struct
from pathlib import Path

import pytest

NETBSD = Path(__file__).resolve().parent / "netbsd"
NAME = "ffs1-8k-log-dirty"
SUPER, FS_FLAGS = 8192, 1312
HEADER_SIZE = 512  # of the log, twice


def lines(kind: str) -> list:
    return (NETBSD / f"{NAME}.{kind}").read_text().splitlines()


@pytest.fixture
def image(tmp_path) -> Path:
    path = tmp_path / "image"
    path.write_bytes(lzma.decompress((NETBSD / f"{NAME}.img.xz").read_bytes()))
    return path


def expected() -> dict:
    files = {path: digest for digest, path in (line.split("  ", 1) for line in lines("manifest"))}
    return files | dict(line.split(" -> ", 1) for line in lines("links"))


def found_in(folder: Path) -> dict:
    """The hash of each file and the text of each link."""
    return {str(path.relative_to(folder)): os.readlink(path) if path.is_symlink()
            else hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.rglob("*") if path.is_symlink() or path.is_file()}


def wrong_paths(folder: Path) -> list:
    """What is not as it must be."""
    wanted, got = expected(), found_in(folder)
    return sorted(path for path in wanted.keys() | got.keys() if wanted.get(path) != got.get(path))


def put(image: Path, place: int, data: bytes) -> None:
    with open(image, "r+b") as file:
        file.seek(place)
        file.write(data)


def test_replay(pvboot, image, tmp_path):
    before = image.read_bytes()
    assert wrong_paths(pvboot.extract(image, tmp_path / "found")) == []
    assert "8192/1024-byte blocks, dirty, log replayed" in pvboot.ok(image, "info")
    assert image.read_bytes() == before


def test_without_replay(pvboot, image, tmp_path):
    """What the log is needed for: as if it had been unmounted, files are wrong that are known to be."""
    put(image, SUPER + FS_FLAGS, bytes(4))
    pvboot.run(image, "extract", "/", tmp_path / "found")
    known = set(lines("differs")) - {line.split(" -> ")[0] for line in lines("links")}
    assert len(known) > 100 and known <= set(wrong_paths(tmp_path / "found"))


def test_log_that_cannot_be_replayed(pvboot, image):
    """Its header is damaged: that is said, and the file system is read as it is."""
    address, _, unit = struct.unpack("<3Q", image.read_bytes()[SUPER + 872 : SUPER + 896])
    put(image, address * unit, bytes(2 * HEADER_SIZE))
    done = pvboot.run(image, "cat", "/etc/fstab")
    assert done.stderr.startswith("pvboot: (hd0): FFS log cannot be replayed: its first header cannot be right")
    assert len(done.stderr.splitlines()) == 1 and done.returncode == 0
