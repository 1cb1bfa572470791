# SPDX-License-Identifier: BSD-2-Clause
"""What a NetBSD kernel is told of its root: the name that the kernel itself gives to the partition that it was loaded from."""

import gzip
import subprocess
from pathlib import Path

import pytest

import disklabel
from disklabel import FFS, UNUSED
from ffs_images import make_image
from small_kernel import small_kernel

SIZE = 8192  # sectors of each file system


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """A root file system with a kernel that calls itself NetBSD."""
    folder = tmp_path_factory.mktemp("root")
    (folder / "tree").mkdir()
    (folder / "tree/netbsd").write_bytes(small_kernel(b"NetBSD"))
    return make_image(folder / "image", folder / "tree", 2, "le", 16384, 2048, "-s", "4m")


def told(pvboot, *disks: Path, extra: str = "") -> str:
    """The command line of the entry that boots, of those that pvboot makes where there is no menu."""
    command = [pvboot.program]
    for disk in disks:
        command += ["-d", disk]
    done = subprocess.run([*command, *(["-x", extra] if extra else []), "check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split("command  ")[1].split("\n")[0]


def blank(path: Path, megabytes: int = 32) -> Path:
    with open(path, "wb") as file:
        file.truncate(megabytes << 20)
    return path


def menu(folder: Path, text: str) -> Path:
    """A disk without a table that holds a boot.cfg, or a menu.lst."""
    tree = folder / "menu"
    tree.mkdir()
    (tree / ("boot.cfg" if text.startswith("menu=") else "menu.lst")).write_text(text)
    subprocess.run(["mke2fs", "-q", "-d", tree, folder / "menu.img", "2M"], check=True)
    return folder / "menu.img"


def test_whole_disk(pvboot, root):
    assert told(pvboot, root) == "bootdev=xbd0a"


# MBR (type and first sector of each primary) and label (letters), where the root starts, and the letter.
LABELS = [
    ([("a9", 2048)], {"a": (FFS, 2048), "e": (FFS, 20480)}, 2048, "a"),  # the usual disk: (hd0,0) is (hd0,0,a)
    ([("a9", 2048)], {"a": (FFS, 20480), "g": (FFS, 2048)}, 2048, "g"),
    ([("a9", 2048)], {"a": (FFS, 2048), "e": (FFS, 20480)}, 20480, "e"),
    ([("c", 2048), ("a9", 12288)], {"a": (FFS, 12288), "e": (8, 2048)}, 12288, "a"),
    ([("c", 2048), ("a9", 12288)], {"a": (FFS, 12288), "f": (FFS, 30720)}, 30720, "f"),
    ([("83", 2048), ("a9", 12288)], {"a": (FFS, 12288), "e": (17, 2048)}, 2048, "e"),  # listed in the label as well
]


@pytest.mark.parametrize("slices,letters,start,letter", LABELS)
def test_label_in_a_slice(pvboot, root, tmp_path, slices, letters, start, letter):
    """With a label the kernel knows its letters alone, wherever the partition begins."""
    table = "".join(f"start={first}, size={8192 if kind != 'a9' else 40960}, type={kind}\n" for kind, first in slices)
    disk = disklabel.make_disk(tmp_path / "disk", 32, "label: dos\n" + table)
    disklabel.put_image(disk, start, root)
    label = disklabel.label({name: (kind, first, SIZE) for name, (kind, first) in letters.items()})
    disklabel.put(disk, slices[-1][1] + 1, label)
    assert told(pvboot, disk) == f"bootdev=xbd0{letter}"


def test_place_that_the_label_does_not_list(pvboot, root, tmp_path):
    """A wrong letter would be mounted without a question: none is said, but a line."""
    disk = disklabel.make_disk(tmp_path / "disk", 32, "label: dos\nstart=2048, size=8192, type=83\nstart=12288, size=40960, type=a9\n")
    disklabel.put_image(disk, 2048, root)
    disklabel.put(disk, 12289, disklabel.label({"a": (FFS, 12288, SIZE)}))
    done = pvboot.run(disk, "check")
    assert done.returncode == 0 and "command  \n" in done.stdout
    assert "(hd0,0): NetBSD has no name for it, and is not told its root device" in done.stderr


def test_label_on_the_disk(pvboot, root, tmp_path):
    disk = blank(tmp_path / "disk")
    disklabel.put_image(disk, 0, root)
    disklabel.put(disk, 1, disklabel.label({"a": (FFS, 0, SIZE), "d": (UNUSED, 0, 65536)}))
    assert told(pvboot, disk) == "bootdev=xbd0a"


# Primary partitions by slot; the root's first sector; its letter. Slots count only where they are used, extended ones never.
SLOTS = [
    ("1: start=2048, size=8192, type=a9\n", 2048, "e"),
    ("2: start=2048, size=8192, type=a9\n", 2048, "e"),
    ("1: start=2048, size=8192, type=c\n3: start=12288, size=8192, type=83\n", 12288, "f"),
    ("1: start=2048, size=20480, type=5\n2: start=24576, size=8192, type=a9\n", 24576, "e"),
    ("1: start=2048, size=20480, type=5\n2: start=24576, size=8192, type=c\n5: start=4096, size=8192, type=83\n", 4096, "i"),
    ("2: start=2048, size=40960, type=5\n5: start=4096, size=8192, type=83\n6: start=14336, size=8192, type=83\n", 14336, "j"),
]


@pytest.mark.parametrize("table,start,letter", SLOTS)
def test_mbr_without_a_label(pvboot, root, tmp_path, table, start, letter):
    disk = disklabel.make_disk(tmp_path / "disk", 32, "label: dos\n" + table)
    disklabel.put_image(disk, start, root)
    assert told(pvboot, disk) == f"bootdev=xbd0{letter}"


def gpt(path: Path, *names: str) -> Path:
    """Partitions of these names, each of 4 MiB, the first at sector 2048."""
    entries = "".join(f"start={2048 + SIZE * i}, size={SIZE}, name=\"{name}\"\n" for i, name in enumerate(names))
    return disklabel.make_disk(path, 5 + 4 * len(names), "label: gpt\n" + entries)


def test_wedges_count_over_all_disks(pvboot, root, tmp_path):
    first, second = gpt(tmp_path / "first", "boot", "swap"), gpt(tmp_path / "second", "x", "root")
    plain = disklabel.make_disk(tmp_path / "plain", 8, "label: dos\nstart=2048, size=8192, type=c\n")
    disklabel.put_image(second, 2048 + SIZE, root)
    assert told(pvboot, first, plain, second) == "bootdev=dk3"
    assert told(pvboot, second) == "bootdev=dk1"


def test_the_eleventh_wedge_goes_by_its_name(pvboot, root, tmp_path):
    """dk10 is dk1 for the kernel, which compares the beginning of a name alone."""
    names = [f"p{i}" for i in range(10)]
    for name, line in (("root", "bootdev=wedge:root"), ("a b", ""), ("", "")):
        disk = gpt(tmp_path / "disk", *names, name)
        disklabel.put_image(disk, 2048 + SIZE * 10, root)
        assert told(pvboot, disk) == line


def test_second_disk(pvboot, root, tmp_path):
    other = blank(tmp_path / "other", 2)
    disk = disklabel.make_disk(tmp_path / "disk", 32, "label: dos\nstart=2048, size=40960, type=a9\n")
    disklabel.put_image(disk, 2048, root)
    disklabel.put(disk, 2049, disklabel.label({"a": (FFS, 2048, SIZE)}))
    assert told(pvboot, other, disk) == "bootdev=xbd1a"


def test_named_by_the_slice(pvboot, root, tmp_path):
    """pv-grub's way of saying it, (hd1,0), is the label's a all the same."""
    disk = disklabel.make_disk(tmp_path / "disk", 32, "label: dos\nstart=2048, size=40960, type=a9\n")
    disklabel.put_image(disk, 2048, root)
    disklabel.put(disk, 2049, disklabel.label({"a": (FFS, 2048, SIZE)}))
    config = menu(tmp_path, "title NetBSD\nroot (hd1,0)\nkernel /netbsd\n")
    assert told(pvboot, config, disk) == "bootdev=xbd1a"


@pytest.mark.parametrize("command", ["boot netbsd", "boot /netbsd -s", "boot hd0a:netbsd", "boot"])
def test_packed_kernel_by_its_plain_name(pvboot, tmp_path, command):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/netbsd.gz").write_bytes(gzip.compress(small_kernel(b"NetBSD")))
    (tmp_path / "tree/boot.cfg").write_text(f"menu=A:{command}\n")
    disk = make_image(tmp_path / "image", tmp_path / "tree", 2, "le", 16384, 2048, "-s", "4m")
    assert told(pvboot, disk) == "bootdev=xbd0a" + (" -s" if "-s" in command else "")
