# SPDX-License-Identifier: BSD-2-Clause
"""Logical volumes of LVM2, over one disk and several, over md, and with disks missing; what pvck says of the same metadata."""

import hashlib
import re
import struct
import subprocess
from itertools import combinations

import pytest

from lvm_maker import EXTENT, GROUP_UUID, Group, uuid
from md_maker import Array, legs_of, make_array
from test_md import read, run

SIZE = 60 << 16
ROOT = "(lvm/my--vg-root)"


@pytest.fixture(scope="module")
def contents(tmp_path_factory) -> bytes:
    folder = tmp_path_factory.mktemp("contents")
    (folder / "tree").mkdir()
    (folder / "tree/menu.lst").write_text("title From LVM\nkernel /x root=/dev/mapper/my--vg-root\n")
    (folder / "tree/large").write_bytes(b"".join(hashlib.sha256(b"%d" % i).digest() for i in range(90000)))
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-d", folder / "tree", folder / "image", f"{SIZE >> 10}k"], check=True)
    return (folder / "image").read_bytes()


@pytest.fixture(scope="module")
def large(contents, pvboot, tmp_path_factory) -> bytes:
    image = tmp_path_factory.mktemp("large") / "image"
    image.write_bytes(contents)
    return read(pvboot, [image], "(hd0)")


def raid_meta(events: int = 5, failed: int = 0, recovered: int = (1 << 64) - 1) -> bytes:
    return struct.pack("<IIIIQQQQ", 0x64526D44, 0, 2, 0, events, failed, recovered, 0)


def pieces(contents: bytes) -> Group:
    """Segments on three disks in no order, the last one of stripes."""
    group = Group(3)
    group.put(1, bytes(EXTENT))
    parts = [(1, contents[: 10 * EXTENT]), (0, contents[10 * EXTENT : 30 * EXTENT])]
    segments = [(len(part) // EXTENT, "striped", f'stripe_count = 1\nstripes = ["pv{disk}", {group.put(disk, part)}]') for disk, part in parts]
    legs = legs_of(Array(0, 3, chunk=8192), contents[30 * EXTENT :])
    firsts = [group.put(disk, leg) for disk, leg in enumerate(legs)]
    stripes = ", ".join(f'"pv{disk}", {first}' for disk, first in enumerate(firsts))
    group.add("root", [*segments, (30, "striped", f"stripe_count = 3\nstripe_size = 16\nstripes = [{stripes}]")])
    return group


def of_raid(contents: bytes, kind: str, array: Array, rest: str = "stripe_size = 128", metadata: list = None) -> Group:
    group = Group(array.disks)
    group.raid("root", kind, legs_of(array, contents), SIZE // EXTENT, rest, metadata or [raid_meta()] * array.disks)
    return group


RAIDS = {
    "raid0": (Array(0, 3), 0), "raid0_meta": (Array(0, 2), 0), "raid1": (Array(1, 3), 2), "raid4": (Array(5, 4, 4), 1),
    "raid5": (Array(5, 4, 2), 1), "raid5_la": (Array(5, 4, 0), 1), "raid5_ra": (Array(5, 4, 1), 1), "raid5_ls": (Array(5, 4, 2), 1),
    "raid5_rs": (Array(5, 4, 3), 1), "raid5_n": (Array(5, 4, 5), 1), "raid6": (Array(6, 5, 8), 2), "raid6_zr": (Array(6, 5, 8), 2),
    "raid6_nr": (Array(6, 5, 9), 2), "raid6_nc": (Array(6, 5, 10), 2), "raid6_n_6": (Array(6, 5, 5), 2),
    "raid6_la_6": (Array(6, 5, 16), 2), "raid6_ra_6": (Array(6, 5, 17), 2), "raid6_ls_6": (Array(6, 5, 18), 2), "raid6_rs_6": (Array(6, 5, 19), 2),
    "raid10": (Array(10, 4, 0x102), 1), "raid10_near": (Array(10, 4, 0x102), 1),
}


def test_segments_on_several_disks(pvboot, tmp_path, contents, large):
    images = pieces(contents).write(tmp_path)
    for device in (ROOT, f"(lvmid/{GROUP_UUID}/{uuid('L', 1)})"):
        assert read(pvboot, images, device) == large
    done = run(pvboot, images[::-1], "menu")
    assert "From LVM" in done.stdout and done.stderr == ""
    info = run(pvboot, images, "info").stdout
    assert re.search(r"^\(hd1\) .*  a physical volume of LVM of volume group my-vg$", info, re.M)
    assert re.search(r"^\(lvm/my--vg-root\) .*  ext4", info, re.M)


NAMES = """\
search --file /large --set=found
if [ -f (lvm/my--vg-root)/large ]; then menuentry "in $found" { true; }; fi
set root='lvmid/GROUP/VOLUME'
if [ -s /large ]; then menuentry "by UUIDs" { true; }; fi
probe --set=type --fs lvm/my--vg-root
menuentry "$type" { true; }
"""


def test_names_in_a_grub_cfg(pvboot, tmp_path, contents):
    (tmp_path / "boot/grub").mkdir(parents=True)
    (tmp_path / "boot/grub/grub.cfg").write_text(NAMES.replace("GROUP", GROUP_UUID).replace("VOLUME", uuid("L", 1)))
    subprocess.run(["mke2fs", "-q", "-t", "ext2", "-d", tmp_path / "boot", tmp_path / "boot.img", "4M"], check=True)
    done = run(pvboot, [tmp_path / "boot.img", *pieces(contents).write(tmp_path)], "menu")
    assert [line[6:] for line in done.stdout.splitlines() if line[2:4].strip().isdigit()] == ["in lvm/my--vg-root", "by UUIDs", "ext2"]


@pytest.mark.parametrize("wrap", [False, True])
def test_metadata_as_pvck_sees_it(tmp_path, contents, wrap):
    group = pieces(contents)
    for image in group.write(tmp_path, wrap=wrap):
        config = f'devices {{ use_devicesfile = 0 scan = ["{tmp_path}"] }}'
        for what in ("headers", "metadata"):
            done = subprocess.run(["pvck", "--config", config, "--dump", what, image], capture_output=True, text=True)
            assert done.returncode == 0 and not re.search("incorrect|invalid|bad|CHECK", done.stdout + done.stderr), done.stdout + done.stderr
        if not wrap:
            assert group.metadata().decode().rstrip("\0").strip() in done.stdout


def test_text_that_wraps_and_disks_without_any(pvboot, tmp_path, contents, large):
    assert read(pvboot, pieces(contents).write(tmp_path, wrap=True), ROOT) == large
    images = pieces(contents).write(tmp_path, areas=0)
    images[2].write_bytes(pieces(contents).physical(2))
    assert read(pvboot, images, ROOT) == large


@pytest.mark.parametrize("kind", RAIDS)
def test_raid_with_disks_missing(pvboot, tmp_path, contents, large, kind):
    array, spared = RAIDS[kind]
    images = of_raid(contents, kind, array).write(tmp_path)
    for missing in range(spared + 1):
        for left in combinations(images, array.disks - missing):
            assert read(pvboot, list(left), ROOT) == large, left
    if kind not in ("raid1", "raid10", "raid10_near"):
        done = run(pvboot, images[spared + 1 :], "menu")
        assert "From LVM" not in done.stdout and "logical volume root of my-vg cannot be read: root_rimage_" in done.stderr
        assert f"volume group my-vg: pv0 ({uuid('P', 0)}) is missing" in done.stderr


def test_mirror_of_the_old_kind(pvboot, tmp_path, contents, large):
    group = Group(2)
    for disk in range(2):
        group.linear(f"root_mimage_{disk}", disk, contents, False)
    group.add("root", [(SIZE // EXTENT, "mirror", 'mirror_count = 2\nregion_size = 1024\nmirrors = [\n"root_mimage_0", 0,\n"root_mimage_1", 0\n]')])
    images = group.write(tmp_path)
    for left in (images, images[:1], images[1:]):
        assert read(pvboot, left, ROOT) == large


def test_paths_in_messages(pvboot, tmp_path, contents):
    """The name of a logical volume has a slash, with which its path does not begin."""
    images = pieces(contents).write(tmp_path)
    assert run(pvboot, images, "stat", f"{ROOT}/menu.lst").stdout.startswith(f"{ROOT}/menu.lst\n")
    done = run(pvboot, images, "extract", f"{ROOT}/menu.lst/", tmp_path / "into")
    assert done.stderr == f"pvboot: {ROOT}/menu.lst/: it is no directory\n"


def test_a_missing_disk_refuses_only_what_needs_it(pvboot, tmp_path, contents, large):
    group = Group(2)
    group.linear("root", 0, contents)
    group.linear("other", 1, contents)
    images = group.write(tmp_path)
    done = run(pvboot, images[:1], "menu")
    assert "From LVM" in done.stdout
    assert "logical volume other of my-vg cannot be read: pv1 is missing" in done.stderr
    assert read(pvboot, images[:1], ROOT) == large
    group.missing, group.seqno = (1,), 8
    images[0].write_bytes(group.physical(0))
    done = run(pvboot, images, "info")
    assert "(hd1): a physical volume of LVM of volume group my-vg: it was missing: it is left out" in done.stderr


def test_images_that_are_out_of_date(pvboot, tmp_path, contents, large):
    array = Array(1, 2)
    for old in (raid_meta(3), raid_meta(5, 0, 100)):
        group = of_raid(contents, "raid1", array, metadata=[old, raid_meta(9)])
        first = group.physical(0).replace(b"From LVM", b"Too old.")
        images = group.write(tmp_path)
        images[0].write_bytes(first)
        done = run(pvboot, images, "menu")
        assert "From LVM" in done.stdout and "Too old" not in done.stdout
        assert "logical volume root of my-vg: root_rimage_0 is out of date: it is left out" in done.stderr


@pytest.mark.parametrize("kind", ["thin", "thin-pool", "cache", "vdo", "integrity", "writecache", "error"])
def test_types_that_are_not_read(pvboot, tmp_path, contents, kind):
    group = Group(1)
    group.linear("root", 0, contents)
    group.add("other", [(4, kind, 'origin = "root"')])
    done = run(pvboot, group.write(tmp_path), "menu")
    assert "From LVM" in done.stdout
    assert f'logical volume other of my-vg cannot be read: segments of type "{kind}" are not read' in done.stderr


def test_snapshots(pvboot, tmp_path, contents):
    for key, read_origin in (("cow_store", True), ("merging_store", False)):
        group = Group(1)
        group.linear("root", 0, contents)
        group.linear("snap", 0, contents.replace(b"From LVM", b"Only old"))
        group.add("snapshot0", [(4, "snapshot", f'chunk_size = 8\norigin = "root"\n{key} = "snap"')], False)
        done = run(pvboot, group.write(tmp_path), "menu")
        assert ("From LVM" in done.stdout) == read_origin and "Only old" not in done.stdout
        assert "logical volume snap of my-vg cannot be read: snapshots are not read" in done.stderr
        assert read_origin or "root of my-vg cannot be read: a snapshot is being merged into it" in done.stderr


def test_over_md_and_partitions_in_a_volume(pvboot, tmp_path, contents, large):
    group = Group(1)
    table = bytearray(EXTENT)
    table[446:462] = struct.pack("<8BII", 0, 0, 0, 0, 0x83, 0, 0, 0, EXTENT // 512, SIZE // 512)
    table[510:512] = b"\x55\xaa"
    group.linear("disk", 0, bytes(table) + contents)
    whole = group.physical(0)
    whole = whole.ljust(-(-len(whole) // (2 << 16)) * (2 << 16), b"\0")
    images = make_array(tmp_path, Array(5, 3, 2), whole)
    for left in (images, images[1:]):
        assert read(pvboot, left, "(lvm/my--vg-disk,0)") == large
    assert "(md/data)" in run(pvboot, images, "info").stdout


@pytest.mark.parametrize("change,text", [
    (lambda image: image.replace(b"LVM2 x[5A", b"LVM2 x[5B"), "the checksum of a metadata area is wrong"),
    (lambda image: image.replace(b"seqno = 7", b"seqno = 8"), "the checksum of the metadata is wrong"),
    (lambda image: image.replace(b"P000ab", b"P009ab", 1), "LVM label: its checksum is wrong"),
])
def test_damage(pvboot, tmp_path, contents, change, text):
    group = Group(1)
    group.linear("root", 0, contents)
    (tmp_path / "pv").write_bytes(change(group.physical(0)))
    done = run(pvboot, [tmp_path / "pv"], "menu")
    assert done.returncode == 1 and text in done.stderr and "From LVM" not in done.stdout


@pytest.mark.parametrize("old,new,text", [
    ("start_extent = 0", "start_extent = 1", "its segments cannot be right"),
    ("extent_count = 60", "extent_count = 61", "its stripes cannot be right"),
    ('"pv0", 0', '"root", 0', "it is made of itself"),
    ('"pv0", 0', '"pv7", 0', "its metadata name a volume that there is not"),
    ('"pv0", 0', '"pv0"', "its extents cannot be right"),
    ("segment_count = 1", "segment_count = 2", "its segments cannot be right"),
])
def test_metadata_that_cannot_be(pvboot, tmp_path, contents, old, new, text):
    group = Group(1)
    group.linear("root", 0, contents)
    assert old in group.text
    group.text = group.text.replace(old, new)
    done = run(pvboot, group.write(tmp_path), "menu")
    assert done.returncode == 1 and text in done.stderr, done.stderr
