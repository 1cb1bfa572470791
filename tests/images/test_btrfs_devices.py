# SPDX-License-Identifier: BSD-2-Clause
"""btrfs on several devices, with some that are missing, damaged or out of date: mkfs.btrfs's own metadata, and forged ones with data."""

import itertools
import random
import struct
import subprocess

import pytest

from btrfs_maker import SUPER, UUID, resum
from test_btrfs import damage_leg, expect_files, make_forged, overwrite

# The profile, how many devices, how many of them may be missing.
PROFILES = [("raid0", 2, 0), ("raid0", 3, 0), ("raid1", 2, 1), ("raid1c3", 3, 2), ("raid1c4", 4, 3), ("raid10", 4, 1), ("raid10", 6, 1),
            ("raid5", 2, 1), ("raid5", 3, 1), ("raid5", 4, 1), ("raid6", 3, 2), ("raid6", 4, 2), ("raid6", 5, 2)]


def run(pvboot, images, *arguments):
    disks = [word for image in images[1:] for word in ("-d", image)]
    return pvboot.run(images[0], *disks, *arguments)


def extract(pvboot, images, folder):
    folder.mkdir(exist_ok=True)
    return run(pvboot, images, "extract", "/", folder)


def some_losses(count, lost):
    """All ways to lose one device; of losing more some."""
    ways = list(itertools.combinations(range(count), lost))
    return ways if lost < 2 else random.Random(count).sample(ways, min(3, len(ways)))


@pytest.fixture(scope="module")
def forged():
    return make_forged()


@pytest.mark.parametrize("profile,count,spared", PROFILES)
def test_missing_devices(pvboot, forged, tmp_path, profile, count, spared):
    fs, files = forged
    images = fs.write(tmp_path, profile, count)
    done = extract(pvboot, images[::-1], tmp_path / "found")
    assert done.returncode == 0 and done.stderr == "", done.stderr
    expect_files(tmp_path / "found", files)
    for number, lost in enumerate(loss for size in range(1, spared + 1) for loss in some_losses(count, size)):
        left = [image for i, image in enumerate(images) if i not in lost]
        found = tmp_path / f"found{number}"
        done = extract(pvboot, left, found)
        assert done.returncode == 0 and f", {len(lost)} missing\n" in done.stderr, done.stderr
        expect_files(found, files)


def test_too_many_are_missing(pvboot, forged, tmp_path):
    """What a device that is there has is read; the rest is an error, not zeros."""
    fs, files = forged
    for profile, count, lost in (("raid0", 2, 1), ("raid5", 3, 2), ("raid10", 4, 2), ("raid6", 4, 3)):
        images = fs.write(tmp_path, profile, count)
        done = extract(pvboot, images[: count - lost], tmp_path / f"found {profile}")
        assert done.returncode == 1 and "lies on devices that are missing" in done.stderr, done.stderr
        for path in (tmp_path / f"found {profile}").rglob("*"):
            name = str(path.relative_to(tmp_path / f"found {profile}"))
            assert path.is_dir() or path.read_bytes() == files[name], name


@pytest.mark.parametrize("profile", ["raid0", "raid1", "raid1c3", "raid1c4", "raid10", "raid5", "raid6"])
def test_metadata_of_mkfs(pvboot, tmp_path, profile):
    """Its own stripes and parities: mkfs.btrfs puts files on one device alone."""
    images = [tmp_path / f"device{number}" for number in range(4)]
    for image in images:
        with open(image, "wb") as file:
            file.truncate(256 << 20)
    subprocess.run(["mkfs.btrfs", "-q", "-f", "-L", "pool", "-U", UUID, "-m", profile, "-d", "raid0", *images], check=True, capture_output=True)
    for number in range(4 if profile == "raid0" else 5):
        left = images[:number] + images[number + 1 :] if profile != "raid0" else images
        done = run(pvboot, left, "info")
        assert f'btrfs, 16384-byte nodes, crc32c{", 1 of 4 devices missing" if len(left) < 4 else ""}, label "pool"' in done.stdout, done.stdout
        assert "device 2 of (btrfs/pool)" in done.stdout or number == 1
        done = run(pvboot, left, "ls", "(btrfs/pool)/")
        assert done.returncode == 0 and done.stdout == "", done.stderr


@pytest.mark.parametrize("profile,count,legs", [("raid1", 2, [0]), ("raid1c3", 3, [0, 1]), ("raid10", 4, [0]), ("raid10", 4, [3]), ("raid5", 3, [1]),
                                                ("raid6", 4, [0]), ("raid6", 5, [1, 3])])
def test_copies_are_damaged(pvboot, forged, tmp_path, profile, count, legs):
    """All of one device, or of two, is nonsense but for the superblock."""
    fs, files = forged
    images = fs.write(tmp_path, profile, count)
    for leg in legs:
        damage_leg(images, fs, leg)
    done = extract(pvboot, images, tmp_path / "found")
    assert done.returncode == 0 and "its checksum is wrong: another copy is read" in done.stderr, done.stderr
    expect_files(tmp_path / "found", files)


def test_devices_that_stayed_behind(pvboot, forged, tmp_path):
    fs, files = forged
    images = fs.write(tmp_path, "raid1", 2)
    overwrite(images[0], SUPER + 0x48, struct.pack("<Q", 5))
    resum(images[0], SUPER, 4096)
    overwrite(images[0], 2 << 20, b"old")
    done = extract(pvboot, images, tmp_path / "found")
    assert "(hd0): device 1, older than (hd1) of the same array: it is left out" in done.stderr and done.returncode == 0, done.stderr
    expect_files(tmp_path / "found", files)


def test_a_copy_of_a_device(pvboot, forged, tmp_path):
    fs, files = forged
    images = fs.write(tmp_path, "raid0", 2)
    copy = tmp_path / "copy"
    copy.write_bytes(images[0].read_bytes())
    done = extract(pvboot, [*images, copy], tmp_path / "found")
    assert "(hd2): device 1 of (btrfs/made), left out: there is another one in its place" in done.stderr and done.returncode == 0
    expect_files(tmp_path / "found", files)


def test_info(pvboot, forged, tmp_path):
    fs, _ = forged
    images = fs.write(tmp_path, "raid1", 2)
    lines = run(pvboot, images, "info").stdout.splitlines()
    assert lines[0].endswith("  device0  device 1 of (btrfs/made)") and lines[2].endswith("  device1  device 2 of (btrfs/made)")
    assert lines[1].startswith("(btrfs/made)") and f'btrfs of (hd0), (hd1)  btrfs, 16384-byte nodes, crc32c, label "made", uuid {UUID}' in lines[1]
    assert run(pvboot, images, "ls", "(hd1)/folder").stdout == run(pvboot, images, "ls", "(btrfs/made)/folder").stdout != ""
