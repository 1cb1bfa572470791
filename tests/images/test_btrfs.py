# SPDX-License-Identifier: BSD-2-Clause
"""btrfs: whole trees of mkfs.btrfs, and what it does not make, forged (btrfs_maker.py): packed extents, subvolumes, damage."""

import json
import os
import random
import re
import shutil
import struct
import subprocess

import pytest

import tree
from btrfs_maker import DIR_INDEX, FILE, FIRST, INODE, LOG_INDEX, PACKERS, SUPER, UUID, Btrfs, entry, inode, resum

# Options of mkfs.btrfs; what the tool says of it.
SHAPES = [
    ("", "16384-byte nodes, crc32c"),
    ("-n 4096 --csum xxhash", "4096-byte nodes, xxhash"),
    ("-n 65536 --csum sha256", "65536-byte nodes, sha256"),
    ("-s 16384 -n 32768", "32768-byte nodes, crc32c"),
    ("--mixed -n 4096 -R quota", "4096-byte nodes, crc32c"),
    ("--csum blake2 -d dup", "16384-byte nodes, blake2b"),
    ("-m single -O ^no-holes,^extref,^skinny-metadata -R ^free-space-tree", "16384-byte nodes, crc32c"),
]


def make_image(image, source, options, megabytes=256):
    with open(image, "wb") as file:
        file.truncate(megabytes << 20)
    subprocess.run(["mkfs.btrfs", "-q", "-f", "-L", "my label", "-U", UUID, *options.split(), "--rootdir", source, image], check=True, capture_output=True)
    return image


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("btrfs")
    yield tree.make_unix_tree(folder / "tree", large=3_000_000, many=1000)
    shutil.rmtree(folder)


@pytest.mark.parametrize("options,details", SHAPES, ids=lambda value: "_".join(value.split()))
def test_whole_tree(pvboot, source, tmp_path, options, details):
    image = make_image(tmp_path / "image", source, options)
    tree.assert_same(source, pvboot.extract(image, tmp_path / "found"))
    assert f'btrfs, {details}, label "my label", uuid {UUID}' in pvboot.ok(image, "info")
    shutil.rmtree(tmp_path)


# ---- forged -----------------------------------------------------------------------------------

def mixed_bytes(length: int) -> bytes:
    """That are packed to about half."""
    generator = random.Random(length)
    return b"".join(generator.randbytes(500) + bytes(500) for _ in range(length // 1000 + 1))[:length]


def make_forged(checksum="crc32c", node=16384, sector=4096):
    """A file of each packing, in pieces that are shared, cut, preallocated or holes; what must be read of each."""
    fs, files = Btrfs(checksum, node, sector), {}
    folder = fs.top.directory(FIRST, "folder")
    data = mixed_bytes(300_001)
    for packing in [None, *PACKERS]:
        fs.top.data_file(folder, f"{packing}", data, packing)
        files[f"folder/{packing}"] = data
        fs.top.inline(fs.top.file(folder, f"inline {packing}", 3000), data[:3000], packing)
        files[f"folder/inline {packing}"] = data[:3000]
        place = fs.packed(data[:131072], packing) if packing else fs.data(data[:131072])
        cut = fs.top.file(folder, f"cut {packing}", 10 * sector + 100)
        fs.top.extent(cut, sector, place, 2 * sector, sector)  # after a hole of one sector
        fs.top.extent(cut, 2 * sector, place, 0, sector)
        fs.top.extent(cut, 3 * sector, place, sector, 2 * sector, kind=2)  # preallocated: zeros
        fs.top.extent(cut, 8 * sector, place, 3 * sector, 3 * sector)
        files[f"folder/cut {packing}"] = (bytes(sector) + data[2 * sector : 3 * sector] + data[:sector] + bytes(5 * sector) +
                                          data[3 * sector : 6 * sector])[: 10 * sector + 100]
    return fs, files


def expect_files(folder, files):
    for name, data in files.items():
        assert (folder / name).read_bytes() == data, name


@pytest.mark.parametrize("checksum,node,sector", [("crc32c", 16384, 4096), ("xxhash", 4096, 4096), ("sha256", 65536, 16384), ("blake2b", 32768, 8192)])
def test_packed_extents(pvboot, tmp_path, checksum, node, sector):
    """btrfs restore, the second reader, takes sectors of 4096 bytes alone."""
    fs, files = make_forged(checksum, node, sector)
    files["unsummed"] = mixed_bytes(300_001)
    fs.top.data_file(FIRST, "unsummed", files["unsummed"], checksums=False)
    (image,) = fs.write(tmp_path)
    expect_files(pvboot.extract(image, tmp_path / "found"), files)
    if sector == 4096:
        (tmp_path / "restored").mkdir()
        subprocess.run(["btrfs", "restore", image, tmp_path / "restored"], check=True, capture_output=True)
        expect_files(tmp_path / "restored", files)


def test_subvolumes(pvboot, tmp_path):
    fs = Btrfs()
    folder = fs.top.directory(FIRST, "folder")
    root, nested = fs.subvolume(257), fs.subvolume(300)
    fs.place_subvolume(root, fs.top, folder, "root")
    boot = root.directory(FIRST, "boot")
    fs.place_subvolume(nested, root, boot, "nested")
    root.data_file(boot, "file", b"in the subvolume\n")
    root.link(FIRST, "absolute", "/boot/file")
    root.link(FIRST, "relative", "../root/boot/file")
    nested.data_file(FIRST, "deep", b"in the nested one\n")
    copy = fs.snapshot(root, 400)
    fs.place_subvolume(copy, fs.top, FIRST, "snapshot")
    root.data_file(boot, "newer", b"after the snapshot\n")
    fs.default = 400
    (image,) = fs.write(tmp_path)
    found = pvboot.extract(image, tmp_path / "found")
    assert (found / "folder/root/boot/nested/deep").read_text() == "in the nested one\n"
    assert sorted(os.listdir(found / "snapshot/boot")) == ["file", "nested"] and os.listdir(found / "snapshot/boot/nested") == []
    for link in ("absolute", "relative"):  # from the subvolume's root, which is / once it is mounted
        assert pvboot.ok(image, "cat", f"/folder/root/{link}") == "in the subvolume\n"
    info = pvboot.ok(image, "info")
    assert re.search(r"^ +257  /folder/root\n +300  /folder/root/boot/nested\n +400  /snapshot  \(default\)$", info, re.M), info
    (device,) = json.loads(pvboot.ok(image, "--json", "info"))["devices"]
    assert device["filesystem"]["subvolumes"][2] == {"id": 400, "path": "/snapshot", "default": True}


# ---- damage -----------------------------------------------------------------------------------

def overwrite(image, offset, data):
    with open(image, "r+b") as file:
        file.seek(offset)
        file.write(data)


def test_superblocks_copy(pvboot, source, tmp_path):
    """The second one is at 64 MiB."""
    image = make_image(tmp_path / "image", source, "")
    overwrite(image, SUPER + 0x12B, b"!")
    done = pvboot.run(image, "info")
    assert "(hd0): btrfs superblock: its checksum is wrong: copy 1 is read" in done.stderr and 'label "my label"' in done.stdout
    overwrite(image, (64 << 20) + 0x12B, b"!")
    assert "(hd0): btrfs superblock: its checksum is wrong\n" in pvboot.run(image, "info").stderr


def damage_leg(images, fs, leg):
    """Of every chunk one leg, all of it."""
    for places, length in fs.disks.chunks:
        device, offset = places[leg]
        overwrite(images[device], offset, random.Random(leg).randbytes(length // (len(places) // fs.disks.copies - fs.disks.parities)))


@pytest.mark.parametrize("leg", [0, 1])
def test_one_copy_is_damaged(pvboot, tmp_path, leg):
    fs, files = make_forged()
    images = fs.write(tmp_path, "dup")
    damage_leg(images, fs, leg)
    done = pvboot.run(images[0], "extract", "/", tmp_path / "found")
    expect_files(tmp_path / "found", files)
    expected = r"^pvboot: \(hd0\)\S*: btrfs block \d+: its checksum is wrong: another copy is read, as for all like it$" if leg == 0 else r"^$"
    assert done.returncode == 0 and re.search(expected, done.stderr, re.M), done.stderr


def test_only_copies_are_damaged(pvboot, tmp_path):
    """What is read is right, or it is an error that names the file and the byte."""
    fs, files = make_forged()
    (image,) = fs.write(tmp_path)
    (_, offset), = fs.disks.chunks[2][0]
    overwrite(image, offset + 40_000, b"!")
    done = pvboot.run(image, "extract", "/", tmp_path / "found")
    assert done.returncode == 1 and "(hd0)/folder/None: btrfs inode 258: byte 36864: its checksum is wrong" in done.stderr, done.stderr
    del files["folder/None"]
    expect_files(tmp_path / "found", files)


def test_a_stale_copy_is_not_read(pvboot, tmp_path):
    """A block that its device missed the writing of is whole, and of an older generation."""
    fs, files = make_forged()
    (image,) = fs.write(tmp_path, "dup")
    ((_, offset), _), length = fs.disks.chunks[1]
    for block in range(offset, offset + length, fs.node):
        if image.read_bytes()[block + 32 : block + 36] == bytes(range(0x10, 0x14)):
            overwrite(image, block + 80, b"\6")
            resum(image, block, fs.node)
    done = pvboot.run(image, "extract", "/", tmp_path / "found")
    assert done.returncode == 0 and "it is of another generation: another copy is read" in done.stderr, done.stderr
    expect_files(tmp_path / "found", files)


# ---- the tree log -----------------------------------------------------------------------------

def make_synced():
    """
    What fsync leaves of changes to a directory and to files, each in the form in which Linux logs it: files that are new, renamed,
    deleted, replaced, written in their middle, shortened, and one that is only said to exist.
    """
    fs, new = Btrfs(), {}
    folder = fs.top.directory(FIRST, "folder")
    old = {name: fs.top.data_file(folder, name, name.encode() * 2000) for name in ("stays", "renamed", "deleted", "replaced", "written", "shorter", "known")}
    log = fs.log(fs.top)
    log.items[folder, INODE, 0] = inode(999, 0o40700)

    def logged(number, data, generation=8, size=None):
        log.items[number, INODE, 0] = inode(len(data) if size is None else size, 0o100600, generation=generation)

    def put_data(number, data):
        sums = {}
        log.extent(number, 0, fs.data(data, sums=sums))
        log.items.update(fs.checksum_items(sums))

    def in_directory(number, index, name):
        log.put((folder, DIR_INDEX, index), entry((number, INODE, 0), name.encode(), FILE))

    for first, last in ((old["renamed"], old["replaced"]), (900, (1 << 64) - 1)):
        log.items[folder, LOG_INDEX, first] = struct.pack("<Q", last)
    logged(901, b"new " * 3000)
    put_data(901, b"new " * 3000)
    in_directory(901, 901, "new")
    in_directory(old["renamed"], 902, "after")
    log.reference(old["renamed"], folder, 902, "after")
    logged(903, b"other " * 3000)
    put_data(903, b"other " * 3000)
    in_directory(903, 903, "replaced")
    logged(old["written"], b"", size=14_000)
    sums = {}
    log.extent(old["written"], 4096, fs.data(b"middle" * 500, sums=sums))
    log.items.update(fs.checksum_items(sums))
    logged(old["shorter"], b"", size=5000)
    logged(old["known"], b"", generation=0)
    log.reference(905, folder, 905, "by its reference alone")
    logged(905, b"small")
    log.inline(905, b"small")
    in_directory(906, 906, "of an inode that is not there")
    new["folder/new"], new["folder/after"], new["folder/replaced"] = b"new " * 3000, b"renamed" * 2000, b"other " * 3000
    new["folder/written"] = b"written" * 2000
    new["folder/written"] = new["folder/written"][:4096] + (b"middle" * 500).ljust(4096, b"\0") + new["folder/written"][8192:]
    new["folder/shorter"], new["folder/known"], new["folder/stays"] = (b"shorter" * 2000)[:5000], b"known" * 2000, b"stays" * 2000
    new["folder/by its reference alone"] = b"small"
    return fs, new


@pytest.mark.parametrize("profile", ["single", "dup"])
def test_synced_files(pvboot, tmp_path, profile):
    fs, files = make_synced()
    (image,) = fs.write(tmp_path, profile)
    found = pvboot.extract(image, tmp_path / "found")
    expect_files(found, files)
    assert sorted(os.listdir(found / "folder")) == sorted(name.split("/")[1] for name in files)
    assert "crc32c, log replayed," in pvboot.ok(image, "info") and "drwx------" in pvboot.ok(image, "ls", "/")
    for name, data in files.items():  # by name, not by number
        assert pvboot.ok(image, "cat", f"/{name}").encode() == data
    for name in ("renamed", "deleted", "of an inode that is not there"):
        assert "there is no" in pvboot.run(image, "cat", f"/folder/{name}").stderr


def test_a_damaged_log(pvboot, tmp_path):
    """The file system is read as it was committed."""
    fs, _ = make_synced()
    (image,) = fs.write(tmp_path)
    data = image.read_bytes()
    log_root = struct.unpack_from("<Q", data, SUPER + 0x60)[0]
    at = data.index(struct.pack("<QQ", log_root, 1), SUPER + 4096) - 48
    overwrite(image, at + 200, b"!")
    done = pvboot.run(image, "ls", "/folder")
    assert "(hd0): btrfs: its log is passed over: " in done.stderr and "deleted" in done.stdout and "after" not in done.stdout, done.stderr
    assert "log NOT replayed" in pvboot.ok(image, "info")
