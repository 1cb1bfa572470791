# SPDX-License-Identifier: BSD-2-Clause
"""XFS as mkfs.xfs makes it: whole trees read back and compared."""

import re
import shutil

import pytest

import tree
import xfs_images

# Options of mkfs.xfs; what the tool says of it.
SHAPES = [
    ("", "XFS version 5, 4096-byte blocks"),
    ("-b size=1024", "XFS version 5, 1024-byte blocks"),
    ("-b size=2048 -n size=8192", "XFS version 5, 2048-byte blocks"),
    ("-b size=65536", "XFS version 5, 65536-byte blocks"),
    ("-n size=65536", "XFS version 5, 4096-byte blocks"),
    ("-s size=4096 -i size=2048", "XFS version 5, 4096-byte blocks"),
    ("-s size=32768 -b size=32768", "XFS version 5, 32768-byte blocks"),
    ("-m bigtime=0,finobt=0,inobtcount=0,reflink=0 -i sparse=0", "XFS version 5, 4096-byte blocks"),
    ("-m rmapbt=1,reflink=1 -i nrext64=1", "XFS version 5, 4096-byte blocks"),
    ("-d agcount=13", "XFS version 5, 4096-byte blocks"),
    ("-m crc=0", "XFS version 4, 4096-byte blocks"),
    ("-m crc=0 -n ftype=0 -i size=256", "XFS version 4, 4096-byte blocks"),
    ("-m crc=0 -b size=512 -n ftype=1", "XFS version 4, 512-byte blocks"),
    ("-m crc=0 -n size=16384 -l version=1 -i projid32bit=0,attr=1", "XFS version 4, 4096-byte blocks"),
]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("xfs")
    yield xfs_images.make_tree(folder / "tree", many=3000)
    shutil.rmtree(folder)


@pytest.mark.parametrize("options,details", SHAPES, ids=lambda value: "_".join(value.split()))
def test_whole_tree(pvboot, source, tmp_path, options, details):
    image = xfs_images.make_image(tmp_path / "image", source, f"{options} -m uuid={xfs_images.UUID}", 1200)
    tree.assert_same(source, pvboot.extract(image, tmp_path / "found"))
    assert f'{details}, label "my label", uuid {xfs_images.UUID}' in pvboot.ok(image, "info")
    shutil.rmtree(tmp_path)


def test_second_reader(pvboot, source, tmp_path):
    """xfs_db lists the same names."""
    image = xfs_images.make_image(tmp_path / "image", source, "-b size=1024")
    listed = re.findall(r"^\d+\s+(\d+)\s+(\w+)\s+0x\w+\s+\d+ (\S+) \(good\)$", xfs_images.xfs_db(image, "ls /many"), re.MULTILINE)
    names = {name for _, kind, name in listed if kind == "regular"}
    assert names == {line.split()[-1] for line in pvboot.ok(image, "ls", "/many").splitlines()} and len(names) == 3000


def test_names_in_either_case(pvboot, tmp_path):
    source = tmp_path / "source"
    (source / "Folder").mkdir(parents=True)
    for number in range(300):
        (source / f"Folder/Vmlinuz-{number}").write_text(str(number))
    image = xfs_images.make_image(tmp_path / "image", source, "-n version=ci", 64)
    assert pvboot.ok(image, "cat", "/FOLDER/vmlinuz-299") == "299"
    image = xfs_images.make_image(tmp_path / "image", source, "", 64)
    assert pvboot.ok(image, "cat", "/Folder/Vmlinuz-299") == "299"
    assert "there is no" in pvboot.run(image, "cat", "/Folder/vmlinuz-299").stderr


def test_long_links(pvboot, tmp_path):
    """Of version 4, over more than one block: those of version 5 are in test_xfs_linux.py."""
    source = tmp_path / "source"
    source.mkdir()
    for length in (255, 511, 512, 513, 1000, 1023):
        (source / str(length)).symlink_to("/".join(["directory"] * 103)[: length - 1] + "x")
    image = xfs_images.make_image(tmp_path / "image", source, "-m crc=0 -b size=512", 64)
    tree.assert_same(source, pvboot.extract(image, tmp_path / "found"))


def test_realtime_files_are_named(pvboot, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "file").write_text("file")
    (source / "other").write_text("other")
    image = xfs_images.make_image(tmp_path / "image", source, "", 64)
    xfs_images.xfs_db(image, "path /file", "write core.realtime 1", change=True)
    assert "has its data on the realtime volume, which is not read" in pvboot.run(image, "cat", "/file").stderr
    assert pvboot.ok(image, "cat", "/other") == "other"


def test_a_wrong_checksum_names_its_block(pvboot, source, tmp_path):
    image = xfs_images.make_image(tmp_path / "image", source, "")
    first = int(re.search(r"startblock (\d+)", xfs_images.xfs_db(image, "path /many", "bmap")).group(1))
    place = int(xfs_images.xfs_db(image, f"convert fsblock {first} byte").split()[1].strip("()"))
    with open(image, "r+b") as file:
        file.seek(place + 100)
        file.write(b"!")
    done = pvboot.run(image, "ls", "/many")
    assert re.search(rf"\(hd0\)/many: XFS inode \d+: block {place // 4096}: its checksum is wrong", done.stderr), done.stderr
