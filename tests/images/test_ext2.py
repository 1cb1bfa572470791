# SPDX-License-Identifier: BSD-2-Clause
"""ext2, ext3 and ext4 as mke2fs makes them: whole trees read back and compared."""

import datetime
import shutil
import subprocess
from pathlib import Path

import pytest

import tree

# Options of mke2fs; what the tool says of it.
SHAPES = [
    (["-t", "ext2", "-b", "1024"], "ext2, 1024-byte blocks"),
    (["-t", "ext2", "-b", "4096", "-r", "0"], "ext2, 4096-byte blocks"),
    (["-t", "ext3", "-b", "2048"], "ext3, 2048-byte blocks"),
    (["-b", "4096", "-t", "ext4"], "ext4, 4096-byte blocks"),
    (["-t", "ext4", "-b", "1024"], "ext4, 1024-byte blocks"),
    (["-t", "ext4", "-b", "2048", "-O", "^64bit"], "ext4, 2048-byte blocks"),
    (["-t", "ext4", "-b", "65536"], "ext4, 65536-byte blocks"),
    (["-b", "4096", "-t", "ext4", "-O", "^extent,^64bit"], "ext3, 4096-byte blocks"),
    (["-t", "ext4", "-b", "1024", "-O", "meta_bg,^resize_inode"], "ext4, 1024-byte blocks"),
    (["-b", "4096", "-t", "ext4", "-O", "metadata_csum,metadata_csum_seed,64bit"], "ext4, 4096-byte blocks"),
    (["-b", "4096", "-t", "ext4", "-O", "bigalloc", "-C", "65536"], "ext4, 4096-byte blocks"),
    (["-b", "4096", "-t", "ext4", "-I", "128"], "ext4, 4096-byte blocks"),
]


def make_image(image: Path, source: Path, *options) -> Path:
    command = ["mke2fs", "-q", "-F", "-L", "my label", "-U", "01234567-89ab-cdef-0123-456789abcdef", *options,
               "-d", source, image, "256M"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return image


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    return tree.make_unix_tree(tmp_path_factory.mktemp("ext") / "tree", large=20_000_000, many=2000)


@pytest.mark.parametrize("options,details", SHAPES, ids=lambda value: "_".join(value) if isinstance(value, list) else "")
def test_whole_tree(pvboot, source, tmp_path, options, details):
    image = make_image(tmp_path / "image", source, *options)
    found = pvboot.extract(image, tmp_path / "found")
    shutil.rmtree(found / "lost+found")
    tree.assert_same(source, found)
    info = pvboot.ok(image, "info")
    assert f'{details}, label "my label", uuid 01234567-89ab-cdef-0123-456789abcdef' in info
    shutil.rmtree(tmp_path)


def test_inline_data(pvboot, tmp_path):
    """Without files with holes: mke2fs gives those a wrong size when it knows inline_data."""
    source = tree.make_unix_tree(tmp_path / "tree")
    shutil.rmtree(source / "holes")
    image = make_image(tmp_path / "image", source, "-b", "4096", "-t", "ext4", "-O", "inline_data")
    found = pvboot.extract(image, tmp_path / "found")
    shutil.rmtree(found / "lost+found")
    tree.assert_same(source, found)


def test_holes_stay_holes(pvboot, source, tmp_path):
    image = make_image(tmp_path / "image", source, "-t", "ext4")
    pvboot.ok(image, "extract", "/holes", tmp_path / "found")
    assert (tmp_path / "found/all hole").stat().st_blocks == 0


def test_unwritten_extents_read_as_zeros(pvboot, tmp_path):
    """debugfs makes blocks that are allocated but not written, over old data."""
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "old").write_bytes(b"secret " * 100_000)
    image = make_image(tmp_path / "image", folder, "-t", "ext4")
    commands = "rm old\nwrite /dev/null new\nfallocate new 0 100\nset_inode_field new size 400000\n"
    subprocess.run(["debugfs", "-w", "-f", "-", image], input=commands, capture_output=True, text=True, check=True)
    pvboot.ok(image, "extract", "/new", tmp_path / "found")
    assert (tmp_path / "found/new").read_bytes() == bytes(400_000)


@pytest.mark.parametrize("options", [
    "-b 1024 -O bigalloc",
    "-b 1024 -O bigalloc -C 4096",
    "-b 1024 -O bigalloc,meta_bg,^resize_inode -C 4096",
    "-b 1024 -O meta_bg,^resize_inode,^sparse_super -g 1024",
    "-b 1024 -O meta_bg,^resize_inode,sparse_super2 -g 1024",
    "-b 1024 -O meta_bg,^resize_inode -g 1024",
    "-b 1024 -O uninit_bg,^metadata_csum -g 1024",
    "-b 1024 -O uninit_bg,^metadata_csum,^64bit -g 1024",
    "-I 1024 -b 4096",
])
def test_inodes_in_every_group(pvboot, tmp_path, options):
    """17 groups of 16 inodes each, where groups can be so small: descriptors in two blocks, a superblock in the last group."""
    source, image = tmp_path / "source", tmp_path / "image"
    source.mkdir()
    for number in range(258):
        (source / f"file-{number}").write_text(str(number))
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-N", "272", *options.split(), "-O", "^has_journal",
                    "-d", source, image, "17408K"], capture_output=True, check=True)
    found = pvboot.extract(image, tmp_path / "found")
    shutil.rmtree(found / "lost+found")
    tree.assert_same(source, found)


@pytest.mark.parametrize("inode_size, year, extra", [(256, 2040, 1), (256, 2300, 2), (256, 1960, 0), (128, 1960, 0)])
def test_times_of_34_bits(pvboot, tmp_path, inode_size, year, extra):
    """An inode of 128 bytes has no room for the two that came later."""
    seconds = int(datetime.datetime(year, 1, 1, tzinfo=datetime.timezone.utc).timestamp())
    source = tmp_path / "source"
    source.mkdir()
    (source / "file").write_text("file")
    image = make_image(tmp_path / "image", source, "-t", "ext4", "-I", str(inode_size))
    fields = f"set_inode_field file mtime @{seconds & 0xFFFFFFFF:#x}\n"
    fields += f"set_inode_field file mtime_extra {extra}\n" if inode_size > 128 else ""
    subprocess.run(["debugfs", "-w", "-f", "-", image], input=fields, capture_output=True, text=True, check=True)
    assert (pvboot.extract(image, tmp_path / "found") / "file").stat().st_mtime == seconds


@pytest.mark.parametrize("inode_size", [128, 256])
def test_links_inside_of_their_inodes(pvboot, tmp_path, inode_size):
    """What tells is that they have no blocks but their attributes': neither a flag nor their length does."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "target").write_text("reached")
    for name in ("plain", "flagged", "with-attributes"):
        (source / name).symlink_to("target")
    image = make_image(tmp_path / "image", source, "-t", "ext4", "-I", str(inode_size))
    (tmp_path / "value").write_bytes(b"v" * 500)  # which no inode has room for
    commands = f"set_inode_field flagged flags 0x80000\nea_set -f {tmp_path / 'value'} with-attributes user.name\n"
    subprocess.run(["debugfs", "-w", "-f", "-", image], input=commands, capture_output=True, text=True, check=True)
    for name in ("plain", "flagged", "with-attributes"):
        assert pvboot.ok(image, "cat", f"/{name}") == "reached"


def test_names_in_either_case(pvboot, tmp_path):
    """In a directory that says so, and only there."""
    source = tmp_path / "source"
    (source / "Folder").mkdir(parents=True)
    for name in ("Vmlinuz-6.1", "ÄÖÜ straße", "ΑΒΓ", "дом"):
        (source / "Folder" / name).write_text(name)
    image = make_image(tmp_path / "image", source, "-t", "ext4", "-O", "casefold", "-E", "encoding=utf8")
    subprocess.run(["debugfs", "-w", "-R", "set_inode_field Folder flags 0x40080000", image], capture_output=True, check=True)
    assert "casefold" in subprocess.run(["dumpe2fs", "-h", image], capture_output=True, text=True, check=True).stdout
    for asked, name in (("vmlinuz-6.1", "Vmlinuz-6.1"), ("VMLINUZ-6.1", "Vmlinuz-6.1"), ("äöü STRAßE", "ÄÖÜ straße"),
                        ("αβγ", "ΑΒΓ"), ("ДОМ", "дом")):
        assert pvboot.ok(image, "cat", f"/Folder/{asked}") == name
    assert "there is no" in pvboot.run(image, "cat", "/folder/vmlinuz-6.1").stderr
    assert "there is no" in pvboot.run(image, "cat", "/Folder/vmlinuz-6.2").stderr


def test_feature_that_cannot_be_read_is_named(pvboot, source, tmp_path):
    image = make_image(tmp_path / "image", source, "-t", "ext4", "-O", "^metadata_csum")
    with open(image, "r+b") as file:
        file.seek(1024 + 96)
        bits = int.from_bytes(file.read(4), "little")
        file.seek(1024 + 96)
        file.write((bits | 0x1).to_bytes(4, "little"))
    done = pvboot.run(image, "ls", "/")
    assert done.returncode == 1 and "0x1 (compression)" in done.stderr, done.stderr
