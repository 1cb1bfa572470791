# SPDX-License-Identifier: BSD-2-Clause
"""Disks with tables that sfdisk wrote, and with disklabels: files are found by every name, and other programs see the same."""

import re
import struct
import subprocess
from pathlib import Path

import pytest

import disklabel
from disklabel import FFS, RAID, UNUSED
from ffs_images import make_image

SIZE = 8192  # sectors of each file system


@pytest.fixture(scope="module")
def file_system(tmp_path_factory):
    """file_system(name): an FFS whose file /who has that text."""

    def make(name: str) -> Path:
        folder = tmp_path_factory.mktemp("who")
        (folder / "tree").mkdir()
        (folder / "tree/who").write_text(name)
        return make_image(folder / "image", folder / "tree", 2, "le", 16384, 2048, "-s", "4m")

    return make


def expect_files(pvboot, disk: Path, names: dict) -> None:
    """The device of each name has the file system that is called so."""
    for device, name in names.items():
        assert pvboot.ok(disk, "cat", f"{device}/who") == name, device


def second_reader(disk: Path, kind: str, sector: int = 0) -> set:
    """First sector and length of the partitions that sleuthkit's mmls finds in a table of this kind."""
    listing = subprocess.run(["mmls", "-a", "-t", kind, "-o", str(sector), disk], capture_output=True, text=True, check=True)
    return {(int(first), int(length)) for first, length in re.findall(r"^\d+:.*?(\d{10})   \d{10}   (\d{10})", listing.stdout, re.M)}


def test_logical_partitions(pvboot, file_system, tmp_path):
    disk = disklabel.make_disk(tmp_path / "disk", 32, "label: dos\nstart=2048, size=8192, type=83\n"
                               "start=12288, size=40960, type=5\nstart=14336, size=8192, type=83\nstart=24576, size=8192, type=a9\n")
    for sector, name in ((2048, "primary"), (14336, "first"), (24576, "second")):
        disklabel.put_image(disk, sector, file_system(name))
    expect_files(pvboot, disk, {"(hd0,0)": "primary", "(hd0,4)": "first", "(hd0,msdos6)": "second", "hd0a:": "primary", "hd0i:": "first"})
    assert {(2048, SIZE), (14336, SIZE), (24576, SIZE)} <= second_reader(disk, "dos")


@pytest.mark.parametrize("words, second, start", [
    ("o n p 1 256 1279 n e 2 1536 5631 n l 1792 2815 w", "(hd0,4)", 1792),
    ("g n 1 256 1279 n 2 1536 2559 w", "(hd0,1)", 1536),
], ids=["MBR", "GPT"])
def test_sectors_of_4096_bytes(pvboot, file_system, tmp_path, words, second, start):
    """Tables count in the disk's sectors; an image does not say how large they are, but whoever made it knows."""
    disk = tmp_path / "disk"
    with open(disk, "wb") as file:
        file.truncate(32 << 20)
    subprocess.run(["fdisk", "-b", "4096", disk], input=words.replace(" ", "\n") + "\n", text=True, check=True, stdout=subprocess.PIPE)
    for sector, name in ((256, "first"), (start, "second")):
        disklabel.put_image(disk, sector * 8, file_system(name))
    expect_files(pvboot, f"{disk},sector=4096", {"(hd0,0)": "first", second: "second"})


def test_gpt(pvboot, file_system, tmp_path):
    netbsd = "49F48D5A-B10E-11DC-B99B-0019D1879648"
    disk = disklabel.make_disk(tmp_path / "disk", 32, f"label: gpt\nstart=2048, size=8192, type={netbsd}, name=root\n"
                               f"start=12288, size=8192, type={netbsd}, name=größer\n")
    for sector, name in ((2048, "first"), (12288, "second")):
        disklabel.put_image(disk, sector, file_system(name))
    expect_files(pvboot, disk, {"(hd0,0)": "first", "(hd0,gpt2)": "second", "hd0b:": "second", "NAME=root:": "first", "NAME=größer:": "second"})
    assert {(2048, SIZE), (12288, SIZE)} <= second_reader(disk, "gpt")
    assert re.search(r'^\(hd0,1\) +4096 KiB  type netbsd-ffs  "größer"  FFSv2', pvboot.ok(disk, "info"), re.M)


def test_gpt_backup(pvboot, file_system, tmp_path):
    disk = disklabel.make_disk(tmp_path / "disk", 32, "label: gpt\nstart=2048, size=8192\n")
    disklabel.put_image(disk, 2048, file_system("first"))
    disklabel.put(disk, 1, bytes(512))
    done = pvboot.run(disk, "cat", "(hd0,0)/who")
    assert done.stdout == "first" and "GPT is damaged: its backup" in done.stderr


# Which slice, where its label counts from, whether its numbers are OpenBSD's.
SLICES = [("a9", 0, 0), ("a6", 0, 1), ("a5", 2048, 0), ("a5", 0, 0)]


@pytest.mark.parametrize("slice,origin,version", SLICES)
def test_disklabel_in_a_slice(pvboot, file_system, tmp_path, slice, origin, version):
    disk = disklabel.make_disk(tmp_path / "disk", 32, f"label: dos\nstart=2048, size=40960, type={slice}\n")
    first, second = 2048 - origin, 12288 - origin
    raw = (UNUSED, first if slice == "a5" else 0, 40960 if slice == "a5" else 65536)
    disklabel.put_image(disk, 2048, file_system("a"))
    disklabel.put_image(disk, 12288, file_system("e"))
    disklabel.put(disk, 2049, disklabel.label({"a": (FFS, first, SIZE), "c": raw, "e": (FFS, second, SIZE)}, 16 if slice != "a5" else 8, version))
    expect_files(pvboot, disk, {"(hd0,0,a)": "a", "(hd0,0,e)": "e", "(hd0,e)": "e", "(hd0,msdos1,bsd5)": "e", "hd0e:": "e", "hd0:": "a"})
    assert {(first, SIZE), (second, SIZE)} <= second_reader(disk, "bsd", 2048)


@pytest.mark.parametrize("kind,origin,version", [("516E7CB4-6ECF-11D6-8FF8-00022D09712B", 2048, 0),
                                                 ("824CC7A0-36A8-11E3-890A-952519AD3F61", 0, 1)])
def test_disklabel_in_a_gpt_partition(pvboot, file_system, tmp_path, kind, origin, version):
    """FreeBSD's counts from the partition, OpenBSD's from the disk."""
    disk = disklabel.make_disk(tmp_path / "disk", 32, f"label: gpt\nstart=2048, size=40960, type={kind}\n")
    disklabel.put_image(disk, 12288, file_system("d"))
    disklabel.put(disk, 2049, disklabel.label({"d": (FFS, 12288 - origin, SIZE)}, version=version))
    expect_files(pvboot, disk, {"(hd0,0,d)": "d", "(hd0,gpt1,bsd4)": "d", "(hd0,d)": "d", "hd0d:": "d"})


@pytest.mark.parametrize("order,place", [("<", 512), (">", 64)])
def test_disklabel_beside_a_file_system(pvboot, file_system, tmp_path, order, place):
    """FFS straight on the disk, in whose boot area the label lies; big-endian machines have it in the first sector."""
    disk = tmp_path / "disk"
    with open(disk, "wb") as file:
        file.truncate(16 << 20)
    disklabel.put_image(disk, 0, file_system("a"))
    disklabel.put_image(disk, 16384, file_system("e"))
    with open(disk, "r+b") as file:
        file.seek(place)
        file.write(disklabel.label({"a": (FFS, 0, SIZE), "e": (FFS, 16384, SIZE)}, 8, order=order))
    expect_files(pvboot, disk, {"(hd0)": "a", "(hd0,a)": "a", "(hd0,e)": "e", "hd0a:": "a", "hd0e:": "e"})


def component_label(blocks: int, age: int = 7) -> bytes:
    """RAIDframe's, of the first of two components of a mirror that was raid0."""
    words = [0] * 98
    for index, value in ((0, 2), (1, 2026), (2, age), (5, 1), (6, 2), (7, 1), (9, 128), (10, 1), (11, 1), (12, ord("1")),
                         (13, 100), (14, 512), (15, blocks), (16, blocks + 64)):
        words[index] = value
    return struct.pack("<98I", *words)


def make_component(disk: Path, image: Path, age: int) -> Path:
    """A disk whose label has a component, in which there is a file system at once."""
    with open(disk, "wb") as file:
        file.truncate(16 << 20)
    disklabel.put(disk, 1, disklabel.label({"a": (RAID, 64, SIZE + 64)}))
    disklabel.put(disk, 64 + 32, component_label(SIZE, age))
    disklabel.put_image(disk, 64 + 64, image)
    return disk


def test_stale_component(pvboot, file_system, tmp_path):
    """Of two components the one that went on counts; alone, the other is better than nothing."""
    old = make_component(tmp_path / "old", file_system("old"), 7)
    new = make_component(tmp_path / "new", file_system("new"), 9)
    command = [pvboot.program, "-d", old, "-d", new, "cat"]
    for name in ("raid0a:", "(hd1,a)", ""):
        done = subprocess.run([*command, f"{name}/who"], capture_output=True, text=True)
        assert done.stdout == "new" and "(hd0,a): a RAIDframe component, older than (hd1,a) of the same array" in done.stderr, name
    assert subprocess.run([*command, "(hd0,a)/who"], capture_output=True).returncode == 1
    expect_files(pvboot, old, {"raid0a:": "old", "(hd0,a)": "old"})


def test_mirror(pvboot, file_system, tmp_path):
    """A component in a disklabel, in the mirror a disklabel, in that the file systems."""
    disk = disklabel.make_disk(tmp_path / "disk", 32, "label: dos\nstart=2048, size=40960, type=a9\n")
    start, blocks = 4096, 36864
    disklabel.put(disk, 2049, disklabel.label({"a": (RAID, start, blocks + 64)}))
    disklabel.put(disk, start + 32, component_label(blocks))
    disklabel.put_image(disk, start + 64, file_system("a"))
    disklabel.put_image(disk, start + 64 + 16384, file_system("e"))
    disklabel.put(disk, start + 64 + 1, disklabel.label({"a": (FFS, 0, SIZE), "e": (FFS, 16384, SIZE)}))
    expect_files(pvboot, disk, {"(hd0,0,a)": "a", "(hd0,0,a,a)": "a", "(hd0,0,a,e)": "e", "hd0a:": "a", "raid0a:": "a", "raid0e:": "e"})
    info = pvboot.ok(disk, "info")
    assert re.search(r"^\(hd0,0,a\) .* type RAID  a RAIDframe component of \(raid0\)$", info, re.M)
    assert re.search(r"^\(raid0\) .* mirror of \(hd0,0,a\)  BSD disklabel  FFSv2", info, re.M)
