# SPDX-License-Identifier: BSD-2-Clause
"""Source trees for file-system images, and their comparison with what was read back."""

import os
import random
import stat
from pathlib import Path

LINK_LENGTHS = (1, 58, 59, 60, 61, 118, 119, 120, 121, 254, 1000, 1023)


def random_bytes(length: int, seed: int) -> bytes:
    return random.Random(seed).randbytes(length)


def _write_sizes(folder: Path, block_sizes) -> None:
    """Files that end before, at and after the edges of blocks, and of what the direct blocks hold."""
    folder.mkdir()
    sizes = {0, 1, 511, 512, 513}
    for block in block_sizes:
        sizes |= {block - 1, block, block + 1, 12 * block, 12 * block + 1, 13 * block + 100}
    for size in sorted(sizes):
        (folder / f"{size} bytes").write_bytes(random_bytes(size, size))


def _write_names(folder: Path, names) -> None:
    folder.mkdir()
    for number, name in enumerate(names):
        (folder / name).write_text(f"{number}: {name}\n")


def _write_links(folder: Path) -> None:
    folder.mkdir()
    (folder / "target").write_text("reached\n")
    (folder / "sideways").symlink_to("target")
    (folder / "up and down").symlink_to("../links/./target")
    (folder / "from the root").symlink_to("/links/target")
    (folder / "nowhere").symlink_to("no such file")
    (folder / "loop").symlink_to("loop")
    for length in LINK_LENGTHS:
        text = "/".join(["directory"] * 103)[: length - 1] + "x"
        (folder / f"of {length} bytes").symlink_to(text)


def _write_holes(folder: Path, large: int) -> None:
    folder.mkdir()
    for name, size, islands in (
        ("begins with a hole", 300_000, [(200_000, 5000)]),
        ("ends with a hole", 300_000, [(0, 10)]),
        ("all hole", 1_000_000, []),
        ("islands", large, [(0, 1), (100_000, 9000), (large // 2, 70_000), (large - 1, 1)]),
    ):
        with open(folder / name, "wb") as file:
            for offset, length in islands:
                file.seek(offset)
                file.write(random_bytes(length, offset))
            file.truncate(size)


def _write_many(folder: Path, count: int) -> None:
    """A large directory; its files have small blocks in common with none."""
    folder.mkdir()
    for number in range(count):
        (folder / f"entry number {number:05d} of many").write_text(str(number))


def _write_deep(folder: Path, depth: int) -> None:
    for level in range(depth):
        folder /= f"level {level}"
    folder.mkdir(parents=True)
    (folder / "bottom").write_text("bottom\n")


def make_unix_tree(folder: Path, large: int = 7_000_000, many: int = 400, block_sizes=(4096, 16384)) -> Path:
    """A tree with everything a Unix file system can hold: `large` bytes in its largest files."""
    folder.mkdir()
    _write_sizes(folder / "sizes", block_sizes)
    _write_names(
        folder / "names",
        ["a", "n" * 255, "with blank", ".hidden", "…ünïcödé 漢字 😀", "tab\tand\nline", "UPPER", "upper", "back\\slash"],
    )
    _write_links(folder / "links")
    _write_holes(folder / "holes", large)
    _write_many(folder / "many", many)
    _write_deep(folder / "deep", 30)
    (folder / "empty directory").mkdir()
    (folder / "large").write_bytes(random_bytes(large, 1))
    for mode in (0o600, 0o444, 0o755):
        path = folder / f"mode {mode:o}"
        path.write_text("mode")
        path.chmod(mode)
    return folder


def make_fat_tree(folder: Path, large: int = 3_000_000, many: int = 400) -> Path:
    """A tree without links and without names that FAT, or mtools, cannot hold."""
    folder.mkdir()
    _write_sizes(folder / "sizes", (512, 4096))
    _write_names(
        folder / "names",
        ["A", "UPPER.TXT", "lower.txt", "Mixed.Case", "UPPER.low", "lower.UPP", ".hidden", "many.dots.in.it",
         "with blank", "n" * 251 + ".txt", "just13letters", "fourteen-chars", "ünïcödé 漢字.txt", "ÄÖÜ.TXT",
         "[a]+b,c;d=e", "no extension at all", "12345678.123", "123456789.1234"],
    )
    _write_many(folder / "many", many)
    _write_deep(folder / "deep", 12)
    (folder / "empty directory").mkdir()
    (folder / "large.bin").write_bytes(random_bytes(large, 2))
    return folder


def _describe(path: Path, modes: bool, times: bool):
    """What must be the same of a file: its type, its bytes or text, its permissions, and the second when it changed."""
    status = path.lstat()
    mode = stat.S_IMODE(status.st_mode) if modes else 0
    time = int(status.st_mtime) if times else 0
    if path.is_symlink():
        return ("link", time, os.readlink(path))
    if path.is_dir():
        return ("directory", mode, time)
    return ("file", mode, time, status.st_size)


def data_ranges(path: Path):
    """Where a file has bytes: (offset, length), in pieces. What lies between are holes."""
    with open(path, "rb") as file:
        size, offset = os.fstat(file.fileno()).st_size, 0
        while offset < size:
            try:
                offset = os.lseek(file.fileno(), offset, os.SEEK_DATA)
            except OSError:  # a hole to its end
                return
            end = min(os.lseek(file.fileno(), offset, os.SEEK_HOLE), offset + (16 << 20))
            yield offset, end - offset
            offset = end


def same_bytes(a: Path, b: Path) -> bool:
    """Compares where either has bytes, for a hole of terabytes is quickly the same as another."""
    with open(a, "rb") as first, open(b, "rb") as second:
        for path in (a, b):
            for offset, length in data_ranges(path):
                if os.pread(first.fileno(), length, offset) != os.pread(second.fileno(), length, offset):
                    return False
    return True


def _paths(folder: Path) -> dict:
    return {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*"))}


def assert_same(expected: Path, found: Path, modes: bool = True, times: bool = False, dated_directories: bool = True) -> None:
    """Compares two trees: names, types, bytes, texts of links, permissions; times on demand, of directories too."""
    wanted, got = _paths(expected), _paths(found)
    assert sorted(wanted) == sorted(got)
    for name, path in wanted.items():
        dated = times and (dated_directories or not path.is_dir())
        a, b = (_describe(each, modes, dated) for each in (path, got[name]))
        assert a == b, f"{name} differs: {a!r:.80} and {b!r:.80}"
        assert a[0] != "file" or same_bytes(path, got[name]), f"{name} has other bytes"
