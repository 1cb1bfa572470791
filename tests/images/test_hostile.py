# SPDX-License-Identifier: BSD-2-Clause
"""Small images that say that they hold something without an end: each command says so, writes little, and exits 1."""

import resource
import subprocess
from pathlib import Path

LARGEST_FILE = 64 << 20  # bytes: whatever would be written without an end is cut there


def make_ext(image: Path, size: str, *options: str, tree: Path | None = None) -> Path:
    root = ["-d", tree] if tree else []
    subprocess.run(["mke2fs", "-q", "-F", "-O", "^has_journal,^metadata_csum", *options, *root, image, size], check=True, capture_output=True)
    return image


def debugfs(image: Path, *commands: str) -> str:
    done = subprocess.run(["debugfs", "-w", "-f", "-", image], input="\n".join(commands) + "\n", text=True, check=True, capture_output=True)
    return done.stdout


def run(pvboot, image, *words) -> subprocess.CompletedProcess:
    done = subprocess.run([pvboot.program, "-d", image, *words], capture_output=True, text=True, errors="surrogateescape",
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE)))
    assert done.returncode == 1, done
    return done


def test_directory_in_itself(pvboot, tmp_path):
    (tmp_path / "tree/outer/inner").mkdir(parents=True)
    (tmp_path / "tree/outer/file").write_text("file\n")
    image = make_ext(tmp_path / "image", "1M", tree=tmp_path / "tree")
    debugfs(image, "cd /outer/inner", "ln /outer again")
    done = run(pvboot, image, "extract", "/", tmp_path / "found")
    assert done.stderr == 'pvboot: (hd0): directory "again" holds itself\n'
    assert sorted(p.name for p in (tmp_path / "found").rglob("*")) == ["file", "inner", "lost+found", "outer"]
    assert pvboot.ok(image, "cat", "/outer/inner/again/inner/again/file") == "file\n"


def test_file_of_one_block(pvboot, tmp_path):
    """Block addresses that all lead to themselves: 16 GiB of the same block."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/file").write_bytes(b"x" * 1024)
    image = make_ext(tmp_path / "image", "1M", "-t", "ext2", "-b", "1024", tree=tmp_path / "tree")
    block = int(debugfs(image, "bmap /file 0").split("debugfs:")[1].split()[-1])
    with open(image, "r+b") as disk:
        disk.seek(block * 1024)
        disk.write(block.to_bytes(4, "little") * 256)
    debugfs(image, f"sif /file block[IND] {block}", f"sif /file block[DIND] {block}", f"sif /file block[TIND] {block}",
            *(f"sif /file block[{i}] {block}" for i in range(12)), f"sif /file size {16 << 30}")
    done = run(pvboot, image, "extract", "/", tmp_path / "found")
    assert "file: it is larger than its file system has room for" in done.stderr


def test_directories_of_holes(pvboot, tmp_path):
    """With blocks of 64 KiB an empty block is one record: terabytes of holes would all be looked through."""
    (tmp_path / "tree/directory").mkdir(parents=True)
    (tmp_path / "tree/directory/file").write_text("file\n")
    image = make_ext(tmp_path / "image", "16M", "-b", "65536", "-t", "ext2", tree=tmp_path / "tree")
    for size, words in ((1 << 42, "is larger than its file system"), (8 << 20, "has a hole at byte 65536")):
        debugfs(image, f"sif /directory size {size}")
        assert words in run(pvboot, image, "ls", "/directory").stderr
        assert words in run(pvboot, image, "cat", "/directory/other").stderr
