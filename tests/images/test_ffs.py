# SPDX-License-Identifier: BSD-2-Clause
"""FFSv1 and FFSv2 in every shape that makefs can make: whole trees read back and compared."""

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

import tree
from ffs_super import move_superblock

PAIRS = [(block, block // part) for block in (4096, 8192, 16384, 32768, 65536) for part in (1, 2, 4, 8)]
FORMATS = [(version, order) for version in (1, 2) for order in ("le", "be")]
SUPER, FS_BSIZE = 8192, 48
MANY_INODES = ["-s", "16m", "-o", "density=1024"]  # so that those around byte 65536 stay free, and a superblock can lie there


def make_image(image: Path, source: Path, version: int, order: str, block: int, fragment: int, *options) -> Path:
    settings = f"version={version},bsize={block},fsize={fragment}"
    command = ["makefs", "-t", "ffs", "-B", order, "-o", settings, *options, image, source]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return image


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    return tree.make_unix_tree(tmp_path_factory.mktemp("ffs") / "tree")


@pytest.fixture(scope="module")
def small_source(tmp_path_factory) -> Path:
    """Few files, so that few inodes are in use."""
    folder = tmp_path_factory.mktemp("ffs") / "small"
    folder.mkdir()
    for size in (0, 1, 5000, 65536, 100_000, 3_000_000):
        (folder / f"{size} bytes").write_bytes(tree.random_bytes(size, size))
    (folder / "directory").mkdir()
    (folder / "directory" / "file").write_text("in a directory\n")
    (folder / "short link").symlink_to("directory/file")
    return folder


@pytest.mark.parametrize("version,order", FORMATS)
@pytest.mark.parametrize("block,fragment", PAIRS)
def test_whole_tree(pvboot, source, tmp_path, version, order, block, fragment):
    image = make_image(tmp_path / "image", source, version, order, block, fragment)
    tree.assert_same(source, pvboot.extract(image, tmp_path / "found"))
    word = {"le": "little", "be": "big"}[order]
    assert f"FFSv{version}, {word}-endian, {block}/{fragment}-byte blocks, clean" in pvboot.ok(image, "info")
    shutil.rmtree(tmp_path)


@pytest.mark.parametrize("version,order", FORMATS)
def test_double_indirect_blocks(pvboot, tmp_path, version, order):
    """With 16 KiB blocks they begin at 32 MiB (FFSv2) or 64 MiB (FFSv1)."""
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "large").write_bytes(tree.random_bytes(70 << 20, 3))
    image = make_image(tmp_path / "image", folder, version, order, 16384, 2048)
    tree.assert_same(folder, pvboot.extract(image, tmp_path / "found"))
    shutil.rmtree(tmp_path)


@pytest.mark.parametrize("order", ["le", "be"])
@pytest.mark.parametrize("block,fragment", [(4096, 512), (8192, 1024), (16384, 2048), (65536, 8192)])
def test_superblock_where_newfs_puts_it(pvboot, small_source, tmp_path, order, block, fragment):
    image = make_image(tmp_path / "image", small_source, 2, order, block, fragment, *MANY_INODES)
    move_superblock(image)
    tree.assert_same(small_source, pvboot.extract(image, tmp_path / "found"))


def second_reader(image: Path) -> dict:
    """The regular files that sleuthkit finds, and their bytes."""
    listing = subprocess.run(["fls", "-r", "-p", "-F", image], capture_output=True, text=True, check=True)
    files = {}
    for line in listing.stdout.splitlines():
        kind_and_inode, name = line.split("\t")
        kind, inode = kind_and_inode.rstrip(":").split(" ")[:2]
        if kind == "r/r":
            files[name] = subprocess.run(["icat", image, inode], capture_output=True, check=True).stdout
    return files


@pytest.mark.skipif(shutil.which("fls") is None, reason="sleuthkit is not installed")
@pytest.mark.parametrize("version,order", FORMATS)
def test_second_reader_agrees(pvboot, small_source, tmp_path, version, order):
    image = make_image(tmp_path / "image", small_source, version, order, 16384, 2048, *MANY_INODES)
    if version == 2:
        move_superblock(image)
    found = pvboot.extract(image, tmp_path / "found")
    ours = {str(path.relative_to(found)): path.read_bytes() for path in found.rglob("*")
            if path.is_file() and not path.is_symlink()}
    assert second_reader(image) == ours


@pytest.mark.parametrize("version,order", FORMATS)
def test_links(pvboot, source, tmp_path, version, order):
    image = make_image(tmp_path / "image", source, version, order, 16384, 2048)
    for name in ("sideways", "up and down", "from the root"):
        assert pvboot.ok(image, "cat", f"/links/{name}") == "reached\n"
    for name, words in (("loop", "symbolic links"), ("nowhere", "no such file")):
        done = pvboot.run(image, "cat", f"/links/{name}")
        assert done.returncode != 0 and words in done.stderr, done.stderr


@pytest.mark.parametrize("version,order", FORMATS)
@pytest.mark.parametrize("block,fragment", [(4096, 512), (16384, 2048), (32768, 4096), (65536, 8192)])
def test_damaged_superblock(pvboot, small_source, tmp_path, version, order, block, fragment):
    """Its copy is used, and that is said; without one, there is nothing to mount."""
    image = make_image(tmp_path / "image", small_source, version, order, block, fragment, "-s", "16m")
    with open(image, "r+b") as file:
        file.seek(SUPER)
        file.write(bytes(1376))
    done = pvboot.run(image, "extract", "/", tmp_path / "found")
    assert done.returncode == 0 and "superblock is damaged: its copy" in done.stderr, done.stderr
    tree.assert_same(small_source, tmp_path / "found")


def test_wrong_field_is_named(pvboot, small_source, tmp_path):
    image = make_image(tmp_path / "image", small_source, 2, "le", 16384, 2048, "-s", "16m")
    with open(image, "r+b") as file:
        for place in (SUPER, 16384):
            file.seek(place + FS_BSIZE)
            file.write(struct.pack("<I", 12345))
    done = pvboot.run(image, "ls", "/")
    assert done.returncode != 0 and "block size (fs_bsize) cannot be right" in done.stderr, done.stderr


def test_cut_image(pvboot, small_source, tmp_path):
    image = make_image(tmp_path / "image", small_source, 2, "le", 16384, 2048, "-s", "16m")
    with open(image, "r+b") as file:
        file.truncate(image.stat().st_size // 2)
    done = pvboot.run(image, "ls", "/")
    assert done.returncode != 0 and "more than the partition's" in done.stderr, done.stderr
