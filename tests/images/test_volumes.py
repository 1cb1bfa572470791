# SPDX-License-Identifier: BSD-2-Clause
"""What lies in a partition beside a file system that is read: formats that have a name alone, members of arrays, leftovers."""

import os
import re
import struct
import subprocess
from pathlib import Path

import pytest

import disklabel
from disklabel import FFS, UNUSED
from ffs_images import make_image
from md_maker import EVENTS, Array, make_member, super_1

# Formats by their makers: what they are called, MiB, the maker. Its last word is the image, its environment lifts limits for tests.
MADE = {
    "an F2FS file system": (64, "mkfs.f2fs -q"),
    "an exFAT file system": (16, "mkfs.exfat"),
    "an NTFS file system": (16, "mkfs.ntfs -Q -F -q"),
    "a JFS file system": (20, "mkfs.jfs -q"),
    "a ReiserFS file system": (40, "mkreiserfs -q -f"),
    "a UDF file system": (20, "mkudffs"),
    "swap space": (4, "mkswap -q"),
    "swap space, ": (4, "mkswap -q -p 65536"),
    "a LUKS1 volume": (32, "cryptsetup luksFormat -q --type luks1 --pbkdf-force-iterations 1000"),
    "a LUKS2 volume": (32, "cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000"),
}
LIFTED = {**os.environ, "TEST_DIR": "/", "TEST_DEV": "/", "QA_CHECK_FS": "1"}

# Those that no maker in Debian makes of a file, or without a device of its own: byte offset and mark.
FORGED = {
    "an APFS container": (32, b"NXSB"),
    "an HFS+ file system": (1024, b"H+\0\4"),
    "a bcachefs file system": (4120, bytes.fromhex("c68573f666ce90a9d96a60cf803df7ef")),
    "a BitLocker volume": (3, b"-FVE-FS-"),
    "a ZFS pool": (16384, b"\1\1\0\0" + struct.pack(">5I", 0, 1, 36, 32, 7) + b"version\0"),
    "a Reiser4 file system": (65536, b"ReIsEr4"),
    "swap space with a suspended system": (4086, b"S1SUSPEND\0"),
}


def blank(path: Path, megabytes: int) -> Path:
    with open(path, "wb") as file:
        file.truncate(megabytes << 20)
    return path


def forge(image: Path, offset: int, data: bytes) -> None:
    with open(image, "r+b") as file:
        file.seek(offset)
        file.write(data)


def expect_name(pvboot, image: Path, name: str) -> None:
    """`info`, an error of a path, and what is said when no menu is found all name it."""
    text = f"{name}, which pvboot does not read"
    assert pvboot.ok(image, "info").endswith(f"  {text}\n")
    done = pvboot.run(image, "cat", "(hd0)/x")
    assert done.returncode == 1 and done.stderr == f"pvboot: (hd0): {text}\n"


@pytest.mark.parametrize("name", MADE)
def test_formats_that_have_a_maker(pvboot, tmp_path, name):
    megabytes, maker = MADE[name]
    image = blank(tmp_path / "image", megabytes)
    subprocess.run([*maker.split(), image], input="secret", text=True, check=True, stdout=subprocess.PIPE, env=LIFTED)
    expect_name(pvboot, image, name.rstrip(", "))


@pytest.mark.parametrize("name,maker", [("a squashfs image", "mksquashfs {tree} {image} -quiet -no-progress"), ("an EROFS image", "mkfs.erofs {image} {tree}")])
def test_formats_of_a_tree(pvboot, tmp_path, name, maker):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/file").write_text("text")
    image = tmp_path / "image"
    subprocess.run(maker.format(tree=tmp_path / "tree", image=image).split(), check=True, capture_output=True)
    expect_name(pvboot, image, name)


@pytest.mark.parametrize("name", FORGED)
def test_formats_that_have_none(pvboot, tmp_path, name):
    image = blank(tmp_path / "image", 4)
    forge(image, *FORGED[name])
    expect_name(pvboot, image, name)


# ---- members of arrays ------------------------------------------------------------------------

def md_super() -> bytes:
    return super_1(Array(5, 3, 2), 7 << 20, 7 << 20, 4096, 1 << 20, 0, [0, 1, 2], EVENTS)


def md_member(folder: Path, contents: Path, level: int, metadata: str) -> Path:
    """The first of two members, with `contents` where its own begin."""
    array = Array(level, 2, 2 if level == 5 else 0x102 if level == 10 else 0, metadata=metadata, name="data")
    leg = contents.read_bytes()
    return make_member(folder / "member", array, leg, len(leg), 0, [0, 1])


@pytest.fixture(scope="module")
def ext(tmp_path_factory) -> Path:
    """An ext4 of 4 MiB with a menu.lst; the image is 5 MiB long."""
    folder = tmp_path_factory.mktemp("ext")
    (folder / "tree").mkdir()
    (folder / "tree/menu.lst").write_text("title From ext\nkernel /x\n")
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", folder / "tree", folder / "image", "4M"], check=True)
    os.truncate(folder / "image", 5 << 20)
    return folder / "image"


def copy(image: Path, target: Path) -> Path:
    target.write_bytes(image.read_bytes())
    return target


@pytest.mark.parametrize("text,level,metadata", [
    ("a member of an md array of level 0 (metadata 1.0)", 0, "1.0"),
    ("a member of an md array of level 0 (metadata 0.90)", 0, "0.90"),
])
def test_md_members_are_no_file_systems(pvboot, tmp_path, ext, text, level, metadata):
    """What looks like an ext4 in them is a stripe of one."""
    member = md_member(tmp_path, ext, level, metadata)
    assert pvboot.ok(member, "info").endswith(f"  {text} of (md/{'3' if metadata == '0.90' else 'data'}), which cannot be read\n")
    done = pvboot.run(member, "cat", "(hd0)/menu.lst")
    assert done.returncode == 1 and "1 of 2 members are missing: this RAID 0 cannot be read" in done.stderr and text in done.stderr


def test_md_0_90_in_the_last_partition_is_that_ones(pvboot, tmp_path, ext):
    """The superblock does not say where it begins: the disk ends where the partition does."""
    member = md_member(tmp_path, ext, 1, "0.90")
    disk = disklabel.make_disk(tmp_path / "disk", 8, "label: dos\nstart=2048, type=fd\n")
    os.truncate(disk, (1 << 20) + member.stat().st_size)
    subprocess.run(["sfdisk", "-q", "-w", "never", "-W", "never", disk], input="label: dos\nstart=2048, type=fd\n", text=True, check=True)
    disklabel.put_image(disk, 2048, member)
    info = pvboot.ok(disk, "info").splitlines()
    assert "member" not in info[0] and "a member of an md mirror (metadata 0.90) of (md/3)" in info[1]


def test_table_of_a_striped_array(pvboot, tmp_path, ext):
    """The first disk of two has the array's table, which leads to other bytes than meant: somebody has to name them."""
    disk = disklabel.make_disk(tmp_path / "disk", 8, "label: dos\nstart=2048, size=10240, type=83\n")
    disklabel.put_image(disk, 2048, ext)
    member = md_member(tmp_path, disk, 0, "1.0")
    done = pvboot.run(member, "menu")
    line = "(hd0,0) is on (hd0), a member of an md array of level 0 (metadata 1.0) of (md/data), which cannot be read: it is passed over"
    assert done.returncode == 1 and done.stdout == "" and done.stderr.count(line) == 1
    assert "From ext" in pvboot.ok(member, "cat", "(hd0,0)/menu.lst")


@pytest.mark.parametrize("place", [(4096, md_super()), (512, b"LABELONE" + bytes(16) + b"LVM2 001")])
def test_members_that_a_table_has_replaced(pvboot, tmp_path, ext, place):
    """What lies in the gap after a table is left over."""
    disk = disklabel.make_disk(tmp_path / "disk", 8, "label: dos\nstart=2048, size=10240, type=83\n")
    disklabel.put_image(disk, 2048, ext)
    forge(disk, *place)
    done = pvboot.run(disk, "menu")
    assert "From ext" in done.stdout and done.stderr == ""


# ---- leftovers --------------------------------------------------------------------------------

def test_file_system_beside_a_table(pvboot, tmp_path, ext):
    """mke2fs on the disk, and a table later: the disk's own file system counts where it is named."""
    disk = blank(tmp_path / "disk", 8)
    disklabel.put_image(disk, 0, ext)
    table = "label: dos\nstart=12288, size=2048, type=83\n"
    subprocess.run(["sfdisk", "-q", "-w", "never", "-W", "never", disk], input=table, text=True, check=True)
    done = pvboot.run(disk, "menu")
    assert done.returncode == 1 and "From ext" not in done.stdout
    assert "(hd0): ext4, " in done.stderr and "lies beside the MBR partition table: only what the table lists is looked at" in done.stderr
    assert "From ext" in pvboot.ok(disk, "cat", "(hd0)/menu.lst")
    disklabel.put_image(disk, 12288, copy_of_partition(tmp_path))
    assert "In the partition" in pvboot.ok(disk, "menu")


def copy_of_partition(folder: Path) -> Path:
    (folder / "small").mkdir()
    (folder / "small/menu.lst").write_text("title In the partition\nkernel /x\n")
    subprocess.run(["mke2fs", "-q", "-t", "ext2", "-d", folder / "small", folder / "small.img", "1M"], check=True)
    return folder / "small.img"


def test_slice_that_is_its_labels_a(pvboot, tmp_path):
    """Nothing is said where the table lists the file system: it goes by the name with the letter."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/boot.cfg").write_text("menu=A:boot\n")
    disk = disklabel.make_disk(tmp_path / "disk", 32, "label: dos\nstart=2048, size=40960, type=a9\n")
    disklabel.put_image(disk, 2048, make_image(tmp_path / "image", tmp_path / "tree", 2, "le", 16384, 2048, "-s", "4m"))
    disklabel.put(disk, 2049, disklabel.label({"a": (FFS, 2048, 8192), "c": (UNUSED, 2048, 40960)}))
    done = pvboot.run(disk, "check")
    assert done.stdout.startswith("config (hd0,0,a)/boot.cfg\n") and "beside" not in done.stderr


@pytest.mark.parametrize("kind,read", [("a9", "FFSv2"), ("83", "ext4"), ("da", "ext4")])
def test_ext_superblock_left_before_an_ffs(pvboot, tmp_path, ext, kind, read):
    """newfs leaves the boot area alone, in which ext's superblock is: both fit."""
    disk = disklabel.make_disk(tmp_path / "disk", 8, f"label: dos\nstart=2048, size=10240, type={kind}\n")
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/who").write_text("FFS")
    image = make_image(tmp_path / "image", tmp_path / "tree", 2, "le", 16384, 2048, "-s", "4m")
    disklabel.put_image(disk, 2048, image)
    forge(disk, 2048 * 512, ext.read_bytes()[:8192])
    done = pvboot.run(disk, "info")
    assert re.search(rf"^\(hd0,0\) .*  {read}", done.stdout, re.M), done.stdout
    reason = {"a9": "as the partition's type says", "da": "for no type says otherwise"}.get(kind)
    assert (f"(hd0,0): two file systems fit, {read}" in done.stderr and reason in done.stderr) if reason else done.stderr == ""


def test_partition_past_the_disks_end(pvboot, tmp_path, ext):
    """The beginning of a larger disk: Linux cuts the partition, and reads what is there."""
    disk = disklabel.make_disk(tmp_path / "disk", 64, "label: dos\nstart=2048, size=120000, type=83\n")
    disklabel.put_image(disk, 2048, ext)
    os.truncate(disk, 8 << 20)
    done = pvboot.run(disk, "menu")
    assert "From ext" in done.stdout and "(hd0,0): bytes 1048576 to 62488576 are past the end of (hd0) at 8388608: it is cut" in done.stderr
