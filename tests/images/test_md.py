# SPDX-License-Identifier: BSD-2-Clause
"""Arrays of Linux's md, whole and with members missing: a file system is read from each, and what mdadm says of the same members."""

import hashlib
import re
import subprocess
from dataclasses import replace
from itertools import combinations

import pytest

import disklabel
from md_maker import EVENTS, FAULTY, SPARE, UUID, Array, legs_of, make_array, make_member

SIZE = 60 << 16  # bytes of contents: whole stripes of 2 to 6 legs' data, in chunks of 64 KiB
MENU = "title From md\nkernel /x\n"


@pytest.fixture(scope="module")
def contents(tmp_path_factory) -> bytes:
    """An ext4 in which every chunk differs."""
    folder = tmp_path_factory.mktemp("contents")
    (folder / "tree").mkdir()
    (folder / "tree/menu.lst").write_text(MENU)
    (folder / "tree/large").write_bytes(b"".join(hashlib.sha256(b"%d" % i).digest() for i in range(90000)))
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-d", folder / "tree", folder / "image", f"{SIZE >> 10}k"], check=True)
    return (folder / "image").read_bytes()


@pytest.fixture(scope="module")
def large(contents, pvboot, tmp_path_factory) -> bytes:
    image = tmp_path_factory.mktemp("large") / "image"
    image.write_bytes(contents)
    return read(pvboot, [image], "(hd0)")


def disks(images: list) -> list:
    return [image if i == 0 else word for i, image in enumerate(images) for word in (["-d", image] if i else [image])]


def run(pvboot, images: list, *arguments) -> subprocess.CompletedProcess:
    return pvboot.run(*disks(images), *arguments)


def read(pvboot, images: list, device: str) -> bytes:
    command = [pvboot.program, *(word for image in images for word in ("-d", image)), "cat", f"{device}/large"]
    done = subprocess.run(command, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


LEVELS = {
    "linear": Array(-1, 3),
    "raid0": Array(0, 3),
    "raid1": Array(1, 2),
    "raid4": Array(4, 4),
    **{f"raid5-{layout}": Array(5, 4, layout) for layout in range(6)},
    **{f"raid6-{layout}": Array(6, 5, layout) for layout in (*range(6), 8, 9, 10, *range(16, 22))},
    "raid6-of-4": Array(6, 4, 2, 4096),
    **{f"raid10-near{near}-of-{n}": Array(10, n, 0x100 | near) for near, n in ((2, 2), (2, 3), (2, 4), (3, 5))},
    **{f"raid10-far{far}-of-{n}": Array(10, n, far << 8 | 1) for far, n in ((2, 2), (2, 3), (2, 4), (3, 4))},
    **{f"raid10-offset{far}-of-{n}": Array(10, n, 1 << 16 | far << 8 | 1) for far, n in ((2, 2), (2, 3), (3, 5))},
    "raid10-near2-far2": Array(10, 5, 0x202),
    "raid10-far2-old-sets": Array(10, 4, 1 << 17 | 0x201),
    "raid10-far2-sets": Array(10, 5, 2 << 17 | 0x201),
}


def spared(array: Array) -> int:
    """How many members may be missing, whichever they are."""
    return {-1: 0, 0: 0, 1: array.disks - 1, 4: 1, 5: 1, 6: 2}.get(array.level, (array.layout & 255) * (array.layout >> 8 & 255) - 1)


@pytest.mark.parametrize("name", LEVELS)
def test_whole_and_with_members_missing(pvboot, tmp_path, contents, large, name):
    array = LEVELS[name]
    images = make_array(tmp_path, array, contents)
    for missing in range(spared(array) + 1):
        for left in combinations(images, array.disks - missing):
            assert read(pvboot, list(left), "(md/data)") == large, (name, left)
    done = run(pvboot, images, "menu")
    assert "From md" in done.stdout and done.stderr == ""


@pytest.mark.parametrize("metadata", ["0.90", "1.0", "1.1", "1.2"])
@pytest.mark.parametrize("name", ["linear", "raid0", "raid1", "raid5-2", "raid6-2", "raid10-far2-of-3"])
def test_metadata_as_mdadm_sees_it(pvboot, tmp_path, contents, large, metadata, name):
    array = replace(LEVELS[name], metadata=metadata)
    images = make_array(tmp_path, array, contents)
    for image in images:
        said = subprocess.run(["mdadm", "--examine", image], check=True, capture_output=True, text=True).stdout
        assert re.search(rf"Version : {metadata}", said) and re.search(r"Checksum : \w+ - correct", said), said
        level = {-1: "linear"}.get(array.level, f"raid{array.level}")
        assert f"Raid Level : {level}" in said and f"Raid Devices : {array.disks}" in said
        assert "State : clean" in said and f"Events : {EVENTS}\n" in said
    for device in ("(md/3)" if metadata == "0.90" else "(md/data)", "(md3)" if metadata == "0.90" else "(md/data)", f"(mduuid/{UUID.hex()})"):
        assert read(pvboot, images, device) == large


def test_too_many_members_missing(pvboot, tmp_path, contents):
    for name, missing in (("linear", 1), ("raid0", 1), ("raid4", 2), ("raid5-2", 2), ("raid6-2", 3)):
        images = make_array(tmp_path, LEVELS[name], contents)
        done = run(pvboot, images[missing:], "menu")
        assert done.returncode == 1 and f"md/data: {missing} of {len(images)} members are missing: this " in done.stderr and "From md" not in done.stdout
        assert "of (md/data), which cannot be read" in run(pvboot, images[missing:], "info").stdout
    images = make_array(tmp_path, LEVELS["raid10-near2-of-4"], contents)
    done = run(pvboot, images[2:], "menu")
    assert "md/data: 2 of 4 members are missing, and with them all copies of some chunks" in done.stderr
    assert "From md" in run(pvboot, [images[0], images[3]], "menu").stdout


def test_what_is_missing_is_said(pvboot, tmp_path, contents):
    images = make_array(tmp_path, replace(LEVELS["raid5-2"], clean=False), contents)
    done = run(pvboot, images[1:], "info")
    assert "md/data: md RAID 5 of (hd0), (hd1), (hd2), 1 missing\n" in done.stderr
    assert "md/data: it was in use: what the missing members had may come out wrong" in done.stderr
    assert re.search(r"^\(hd0\) .*  a member of an md array of level 5 \(metadata 1.2\) of \(md/data\)$", done.stdout, re.M)
    assert re.search(r"^\(md/data\) .*  ext4", done.stdout, re.M)


def test_stale_spare_and_failed_members(pvboot, tmp_path, contents):
    """Members that went on without one make its superblock older; its contents are out of date."""
    array = LEVELS["raid1"]
    new = make_array(tmp_path, array, contents)[0]
    old = contents.replace(b"From md", b"Too old")
    stale = make_member(tmp_path / "stale", array, old, SIZE, 1, [0, 1], EVENTS - 5)
    for images in ([stale, new], [new, stale]):
        done = run(pvboot, images, "menu")
        assert "From md" in done.stdout and "Too old" not in done.stdout
        assert re.search(r"\(hd\d\): a member of an md mirror \(metadata 1.2\), older than \(hd\d\) of the same array: it is left out", done.stderr)
    spare = make_member(tmp_path / "spare", array, bytes(SIZE), SIZE, 2, [0, 1, SPARE])
    done = run(pvboot, [spare, new], "menu")
    assert "From md" in done.stdout and "(hd0): a member of an md mirror (metadata 1.2) of (md/data), left out: it is a spare" in done.stderr
    survivor = make_member(tmp_path / "survivor", array, contents, SIZE, 0, [0, FAULTY])
    failed = make_member(tmp_path / "failed", array, old, SIZE, 1, [0, 1], EVENTS - 1)
    done = run(pvboot, [failed, survivor], "menu")
    assert "From md" in done.stdout and "left out: it has failed" in done.stderr


def test_members_of_different_sizes(pvboot, tmp_path, contents, large):
    """RAID 0 in zones, in both ways that Linux has had; without a word about which, it is not read."""
    sizes = [10 << 16, (20 << 16) + 4096, 30 << 16]
    for layout in (1, 2):
        array = Array(0, 3, layout, sizes=sizes)
        images = make_array(tmp_path, array, contents)
        assert read(pvboot, images, "(md/data)") == large
    done = run(pvboot, make_array(tmp_path, replace(array, layout=0), contents), "menu")
    assert "md/data: it does not say how members of different sizes are laid out" in done.stderr
    images = make_array(tmp_path, Array(-1, 3, sizes=sizes[:2] + [SIZE - sum(sizes[:2])], chunk=4096), contents)
    assert read(pvboot, images, "(md/data)") == large


def test_partitions_and_arrays_in_arrays(pvboot, tmp_path, contents, large):
    """A mirror of stripes with a partition table; the stripes' names differ by their numbers."""
    disk = disklabel.make_disk(tmp_path / "disk", 6, "label: dos\nstart=2048, type=83\n")
    (tmp_path / "ext").write_bytes(contents)
    disklabel.put_image(disk, 2048, tmp_path / "ext")
    whole = disk.read_bytes()
    inner = [member.read_bytes() for member in make_array(tmp_path, Array(1, 2, name="mirror"), whole)]
    images = []
    for i, half in enumerate(inner):
        (tmp_path / f"half{i}").mkdir()
        half = half.ljust(-(-len(half) // (2 << 16)) * (2 << 16), b"\0")
        images += make_array(tmp_path / f"half{i}", Array(0, 2, name="half", uuid=bytes([i]) * 16), half)
    assert read(pvboot, images, "(md/mirror,0)") == large
    assert read(pvboot, images[2:], "(md/mirror,0)") == large
    info = run(pvboot, images, "info").stdout
    assert re.search(r"^\(md/half_0\) ", info, re.M) and re.search(r"^\(md/mirror,0\) ", info, re.M)
    assert "(md/mirror,0)/menu.lst" in run(pvboot, images, "check").stdout


def test_a_mirrors_half_is_no_volume(pvboot, tmp_path, contents):
    """Metadata 1.0 and 0.90 leave the contents where the member begins: they are read as the array's."""
    for metadata, name in (("1.0", "data"), ("0.90", "3")):
        images = make_array(tmp_path, replace(LEVELS["raid1"], metadata=metadata), contents)
        assert run(pvboot, images, "check").stdout.startswith(f"config (md/{name})/menu.lst\n")
        assert run(pvboot, images, "cat", "(hd1)/menu.lst").stdout == MENU  # the array's


@pytest.mark.parametrize("features,text", [(4, "it is being reshaped, which is not read"), (512, "it has a write journal, which is not read"),
                                           (2, "left out: it was being rebuilt")])
def test_what_is_not_read(pvboot, tmp_path, contents, features, text):
    images = make_array(tmp_path, replace(LEVELS["raid5-2"], features=features), contents)
    done = run(pvboot, images, "menu")
    assert done.returncode == 1 and text in done.stderr and "From md" not in done.stdout


def test_damaged_superblock(pvboot, tmp_path, contents):
    images = make_array(tmp_path, LEVELS["raid1"], contents)
    with open(images[0], "r+b") as file:
        file.seek(4096 + 33)
        file.write(b"X")
    done = run(pvboot, images, "menu")
    assert "From md" in done.stdout and "(hd0): md superblock (metadata 1.2): its checksum is wrong" in done.stderr
