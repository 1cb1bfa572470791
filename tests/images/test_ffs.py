# SPDX-License-Identifier: BSD-2-Clause
"""FFSv1 and FFSv2 in every shape that makefs can make: whole trees read back and compared."""

import os
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

import ffs_old
import ffs_sparse
import tree
from ffs_images import FORMATS, MANY_INODES, PAIRS, make_image, make_small_source
from ffs_super import move_superblock
from ffs_volume import Volume

SUPER, FS_BSIZE, FS_ID, FS_VOLNAME = 8192, 48, 144, 680


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    return tree.make_unix_tree(tmp_path_factory.mktemp("ffs") / "tree")


@pytest.fixture(scope="module")
def small_source(tmp_path_factory) -> Path:
    return make_small_source(tmp_path_factory.mktemp("ffs") / "small")


@pytest.mark.parametrize("version,order", FORMATS)
@pytest.mark.parametrize("block,fragment", PAIRS)
def test_whole_tree(pvboot, source, tmp_path, version, order, block, fragment):
    """With a file of holes at every level that reaches far over 4 GiB, mostly."""
    ffs_sparse.write_source(source / "islands", tmp_path / "islands", block, version)
    image = make_image(tmp_path / "image", source, version, order, block, fragment)
    (source / "islands").unlink()
    volume = Volume(image)
    ffs_sparse.forge(volume, "islands")
    volume.save()
    found = pvboot.extract(image, tmp_path / "found")
    (found / "islands").rename(tmp_path / "found islands")
    tree.assert_same(source, found)
    assert (tmp_path / "found islands").stat().st_size == (tmp_path / "islands").stat().st_size
    assert tree.same_bytes(tmp_path / "found islands", tmp_path / "islands")
    word = {"le": "little", "be": "big"}[order]
    assert f"FFSv{version}, {word}-endian, {block}/{fragment}-byte blocks, clean" in pvboot.ok(image, "info")
    shutil.rmtree(tmp_path)


def grub_reads(image: Path, path: str, offset: int, length: int) -> bytes:
    command = ["grub-fstest", "-s", str(offset), "-n", str(length), image, "cat", f"(loop0)/{path}"]
    return subprocess.run(command, capture_output=True, check=True).stdout


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("block,fragment", PAIRS)
def test_grub_finds_the_same_islands(tmp_path, version, block, fragment):
    """What is forged is right by another reader, too; GRUB's is wrong with big-endian indirect blocks."""
    (tmp_path / "tree").mkdir()
    ffs_sparse.write_source(tmp_path / "tree/islands", tmp_path / "islands", block, version)
    volume = Volume(make_image(tmp_path / "image", tmp_path / "tree", version, "le", block, fragment, "-s", "8m"))
    ffs_sparse.forge(volume, "islands")
    volume.save()
    with open(tmp_path / "islands", "rb") as islands:
        for number in ffs_sparse.island_blocks(block, volume.pointer_size()):
            offset, length = number * block - 512, block + 512
            assert grub_reads(volume.path, "islands", offset, length) == os.pread(islands.fileno(), length, offset)


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


def second_reader(image: Path, folder: Path) -> dict:
    """The regular files that sleuthkit finds, and their bytes. It leaves out empty ones, and takes links for files."""
    folder.mkdir()
    subprocess.run(["tsk_recover", "-a", image, folder], capture_output=True, check=True)
    return files_in(folder)


def files_in(folder: Path) -> dict:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*")
            if path.is_file() and not path.is_symlink() and path.stat().st_size > 0 and "link" not in path.name}


# In makefs's FFSv2 with 32 KiB blocks the first group's header lies where sleuthkit looks for the superblock.
SLEUTHKIT = [(*shape, *pair) for shape in FORMATS for pair in PAIRS if (shape[0], pair[0]) != (2, 32768)]


@pytest.mark.parametrize("version,order,block,fragment", SLEUTHKIT)
def test_second_reader_agrees(pvboot, small_source, tmp_path, version, order, block, fragment):
    image = make_image(tmp_path / "image", small_source, version, order, block, fragment, *MANY_INODES)
    if version == 2:
        move_superblock(image)
    ours = files_in(pvboot.extract(image, tmp_path / "found"))
    assert len(ours) == 6 and second_reader(image, tmp_path / "recovered") == ours


@pytest.mark.parametrize("order", ["le", "be"])
def test_before_44bsd(pvboot, small_source, tmp_path, order):
    image = make_image(tmp_path / "image", small_source, 1, order, 4096, 512, "-s", "24m", "-o", "density=65536")
    volume = Volume(image)
    ffs_old.age(volume)
    volume.save()
    tree.assert_same(small_source, pvboot.extract(image, tmp_path / "found"))


@pytest.mark.parametrize("version,order", FORMATS)
def test_label(pvboot, small_source, tmp_path, version, order):
    image = make_image(tmp_path / "image", small_source, version, order, 16384, 2048)
    volume = Volume(image)
    volume.image[SUPER + FS_VOLNAME : SUPER + FS_VOLNAME + 11] = b"NetBSD root"
    volume.save()
    identity = f"{volume.field(FS_ID):08x}{volume.field(FS_ID + 4):08x}"
    assert f'clean, label "NetBSD root", uuid {identity}' in pvboot.ok(image, "info")


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
