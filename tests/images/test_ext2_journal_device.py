# SPDX-License-Identifier: BSD-2-Clause
"""ext3 and ext4 whose journal lies on a device of its own, left by a Linux for which the power went."""

import shutil
import struct

import pytest

import tree

FILL = """mkdir -p /mnt
mount -t ext4 -o data=journal $1 /mnt
for i in $(seq 400); do echo "old $i" >/mnt/file-$i; done
sync
for i in $(seq 100); do echo "new $i" >/mnt/file-$i; done
rm /mnt/file-2??
mkdir /mnt/made
mv /mnt/file-300 /mnt/made/moved
xfs_io -c fsync /mnt/made/moved
"""

# How the file system is made; its journal's blocks are of its own size.
SHAPES = {"ext4": "mkfs.ext4 -q -b 4096", "ext4-of-small-blocks": "mkfs.ext4 -q -b 1024", "ext3": "mkfs.ext3 -q -b 2048"}

USERS = 64  # byte of the journal's superblock


def crashed(linux, shape):
    size = SHAPES[shape].split()[-1]
    script = f"mkfs.ext4 -q -b {size} -O journal_dev $2\n{SHAPES[shape]} -J device=$2 $1\n{FILL}"
    return linux.make(f"crashed-journal-device-{shape}", [24, 8], script, crash=True)


def extract(pvboot, volume, journal, folder):
    folder.mkdir()
    done = pvboot.run(volume, "-d", journal, "extract", "/", folder)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return folder


@pytest.mark.parametrize("shape", SHAPES)
def test_what_linux_recovers(pvboot, linux, tmp_path, shape):
    volume, journal = crashed(linux, shape)
    before = volume.read_bytes(), journal.read_bytes()
    expected = linux.reads(f"journal-device-{shape}", [volume, journal], "mount -t ext4 -o journal_path=$2 $1 /mnt", tmp_path / "expected")
    tree.assert_same(expected, extract(pvboot, volume, journal, tmp_path / "found"), times=True)
    assert (volume.read_bytes(), journal.read_bytes()) == before
    shutil.rmtree(tmp_path)


def test_what_is_said(pvboot, linux):
    volume, journal = crashed(linux, "ext4")
    said = pvboot.ok(volume, "-d", journal, "info")
    assert ", journal replayed" in said
    assert "  an external journal of (hd0)\n" in said


def test_the_journal_comes_first(pvboot, linux):
    volume, journal = crashed(linux, "ext4")
    assert pvboot.ok(journal, "-d", volume, "cat", "/made/moved") == "old 300\n"


def test_without_its_journal(pvboot, linux):
    volume, _ = crashed(linux, "ext4")
    done = pvboot.run(volume, "cat", "/file-300")
    assert done.stdout == "old 300\n"
    assert done.stderr == ("pvboot: (hd0): ext4 journal cannot be replayed: it lies on another device, which is not there; "
                           "files written last may be read as they were before\n")


def test_the_journal_of_another(pvboot, linux):
    volume, _ = crashed(linux, "ext4")
    _, journal = crashed(linux, "ext3")
    assert "it lies on another device, which is not there" in pvboot.run(volume, "-d", journal, "ls", "/").stderr
    assert "  an external journal of an ext3 or ext4 that is not there\n" in pvboot.ok(volume, "-d", journal, "info")


def test_a_copy_of_the_journal(pvboot, linux, tmp_path):
    volume, journal = crashed(linux, "ext4")
    copy = shutil.copy(journal, tmp_path / "copy")
    done = pvboot.run(volume, "-d", journal, "-d", copy, "cat", "/made/moved")
    assert done.stdout == "old 300\n"
    assert done.stderr == "pvboot: (hd2): an external journal of (hd0), left out: (hd1) is another one of its UUID\n"


@pytest.mark.parametrize("field,value,words", [
    (0, 0, "its superblock cannot be right"), (12, 1024, "its size cannot be right"), (16, 1 << 30, "its size cannot be right"),
    (20, 1, "its ring (s_first, s_start) cannot be right"), (USERS, 2, "its number of file systems cannot be right")])
def test_a_damaged_journal(pvboot, linux, tmp_path, field, value, words):
    volume, journal = crashed(linux, "ext3")  # which has no checksum there
    damaged = shutil.copy(journal, tmp_path / "damaged")
    with open(damaged, "r+b") as file:
        file.seek(2048 + field)
        file.write(struct.pack(">I", value))
    done = pvboot.run(volume, "-d", damaged, "cat", "/file-300")
    assert done.stdout == "old 300\n"
    assert words in done.stderr
