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
    assert done.stderr == 'pvboot: (hd0)/outer/inner/again: the directory holds itself\n'
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
    assert "(hd0)/file: it is larger than its file system has room for" in done.stderr


def test_file_with_a_part_missing(pvboot, tmp_path):
    """Its last block lies outside the file system: it is named by its path, and nothing of it stays."""
    (tmp_path / "tree/boot").mkdir(parents=True)
    (tmp_path / "tree/boot/file").write_bytes(b"x" * 20_000)
    image = make_ext(tmp_path / "image", "1M", "-t", "ext2", "-b", "1024", tree=tmp_path / "tree")
    debugfs(image, "sif /boot/file block[IND] 5000")
    done = run(pvboot, image, "extract", "/boot", tmp_path / "found")
    first, second = done.stderr.splitlines()
    assert first.startswith("pvboot: (hd0)/boot/file: ext2 inode ") and "outside the file system" in first
    assert second == "pvboot: (hd0)/boot/file: not extracted: a part of it is missing"
    assert list((tmp_path / "found").iterdir()) == []
    assert "(hd0)/boot/file: ext2 inode " in run(pvboot, image, "cat", "/boot/file").stderr


def test_inodes_are_named_by_their_paths(pvboot, tmp_path):
    (tmp_path / "tree/boot").mkdir(parents=True)
    (tmp_path / "tree/boot/file").write_text("x")
    image = make_ext(tmp_path / "image", "1M", "-t", "ext2", tree=tmp_path / "tree")
    debugfs(image, "sif /boot/file mode 0")
    for words in (("ls", "/boot"), ("cat", "/boot/file"), ("extract", "/", tmp_path / "found")):
        assert run(pvboot, image, *words).stderr.startswith("pvboot: (hd0)/boot/file: ext2 inode ")


def test_directories_of_holes(pvboot, tmp_path):
    """With blocks of 64 KiB an empty block is one record: terabytes of holes would all be looked through."""
    (tmp_path / "tree/directory").mkdir(parents=True)
    (tmp_path / "tree/directory/file").write_text("file\n")
    image = make_ext(tmp_path / "image", "16M", "-b", "65536", "-t", "ext2", tree=tmp_path / "tree")
    for size, words in ((1 << 42, "its size cannot be right"), (8 << 20, "is damaged at byte 65536")):
        debugfs(image, f"sif /directory size {size}")
        assert words in run(pvboot, image, "ls", "/directory").stderr
        assert words in run(pvboot, image, "cat", "/directory/other").stderr
