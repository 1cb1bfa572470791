# SPDX-License-Identifier: BSD-2-Clause
"""FreeBSD's check hashes: what has one is read only as it was written."""

import pytest

import tree
from ffs_check_hash import FS_CKHASH, FS_SBSIZE, add_check_hashes
from ffs_images import MANY_INODES, make_image, make_small_source
from ffs_super import copies, move_superblock
from ffs_volume import Volume


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return make_small_source(tmp_path_factory.mktemp("hashes") / "source", 200_000)


@pytest.fixture(params=["le", "be"])
def image(request, source, tmp_path):
    made = make_image(tmp_path / "image", source, 2, request.param, 16384, 2048, *MANY_INODES)
    move_superblock(made)
    add_check_hashes(made)
    return made


def flip(image, place):
    volume = Volume(image)
    volume.image[place] ^= 1
    volume.save()


def test_all_are_right(pvboot, image, source, tmp_path):
    tree.assert_same(source, pvboot.extract(image, tmp_path / "found"))


def test_an_inode(pvboot, image, source):
    volume = Volume(image)
    flip(image, volume.inode(volume.find("directory/file")) + 40)  # when it was changed
    done = pvboot.run(image, "cat", "/directory/file")
    assert done.returncode == 1 and "/directory/file" in done.stderr and "its check hash is wrong" in done.stderr
    assert pvboot.ok(image, "cat", "/1 bytes").encode(errors="surrogateescape") == (source / "1 bytes").read_bytes()


@pytest.mark.parametrize("offset", [200, 2000])
def test_a_superblock(pvboot, image, source, tmp_path, offset):
    """Within what is looked at, and past it; a copy is read instead."""
    volume = Volume(image)
    assert offset < volume.field(FS_SBSIZE)
    flip(image, volume.place + offset)
    done = pvboot.run(image, "extract", "/", tmp_path / "found")
    assert done.returncode == 0 and "superblock is damaged: its copy" in done.stderr, done.stderr
    tree.assert_same(source, tmp_path / "found")


def test_a_superblock_and_its_copies(pvboot, image):
    volume = Volume(image)
    for place in [volume.place, *copies(volume)]:
        flip(image, place + FS_CKHASH)
    done = pvboot.run(image, "ls", "/")
    assert done.returncode == 1 and "FFS superblock: check hash (fs_ckhash) cannot be right" in done.stderr
