# SPDX-License-Identifier: BSD-2-Clause
"""Volume groups that LVM itself made and Linux filled: each kind of volume, with disks missing, and what is refused by its name."""

import shutil
import struct

import pytest

import tree
from test_md import run

GROUP = "lvm vgcreate -q -s 1m my-vg $@\n"
VOLUME = "lvm lvcreate -q -y -n root {options} my-vg\n"
IN_SYNC = "until lvm lvs --noheadings -o sync_percent my-vg/root | grep -q 100.00; do usleep 100000; done\n"
FILL = """mkfs.xfs -q -f /dev/my-vg/root
mkdir -p /mnt
mount -t xfs /dev/my-vg/root /mnt
tar -xf $source -C /mnt
"""

# lvcreate's options, the disks' sizes in MiB, and how many may be missing.
VOLUMES = {
    "in-pieces": (VOLUME.format(options="-L 10m") + "lvm lvcreate -q -y -n other -L 3m my-vg\nlvm lvextend -q -L 40m my-vg/root\n", [24, 32], 0),
    "striped": (VOLUME.format(options="-i 3 -I 16 -L 36m"), [16] * 3, 0),
    "mirror": (VOLUME.format(options="--type mirror -m 1 --mirrorlog core -L 32m") + IN_SYNC, [40] * 2, 1),
    "raid1": (VOLUME.format(options="--type raid1 -m 2 --nosync -L 32m"), [40] * 3, 2),
    "raid5": (VOLUME.format(options="--type raid5 -i 3 --nosync -L 33m"), [16] * 4, 1),
    "raid6": (VOLUME.format(options="--type raid6 -i 3 -L 33m") + IN_SYNC, [16] * 5, 2),
    "raid10": (VOLUME.format(options="--type raid10 -i 2 -m 1 --nosync -L 32m"), [24] * 4, 1),
}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lvm")
    yield tree.make_unix_tree(folder / "tree", large=1_500_000, many=100)
    shutil.rmtree(folder)


def assert_reads(pvboot, source, images, folder, volume="my--vg-root"):
    found = folder / "found"
    done = run(pvboot, images, "extract", f"(lvm/{volume})/", found)
    assert done.returncode == 0, done.stderr
    tree.assert_same(source, found)
    shutil.rmtree(found)


@pytest.mark.parametrize("name", VOLUMES)
def test_whole_and_with_disks_missing(pvboot, linux, source, tmp_path, name):
    script, sizes, spared = VOLUMES[name]
    images = linux.make(f"lvm-{name}", sizes, GROUP + script + FILL, source)
    for left in (images, images[spared:], images[: len(images) - spared])[: 3 if spared else 1]:
        assert_reads(pvboot, source, left, tmp_path)


# ---- what happens to groups ---------------------------------------------------------------------

ACTIVATE = "lvm vgchange -q -ay my-vg\nmount -t xfs /dev/my-vg/root /mnt"
NEWER = "rm -r /mnt/many\necho newer >/mnt/newer\nsync\n"
VANISHES = "echo 1 >/sys/block/${1#/dev/}/device/delete\n"


def test_a_mirror_whose_one_half_is_out_of_date(pvboot, linux, source, tmp_path):
    """Its first disk vanished while it was in use, and came back."""
    mirror = VOLUME.format(options="--type raid1 -m 1 --nosync -L 32m")
    images = linux.make("lvm-out-of-date", [40] * 2, GROUP + mirror + FILL + "sync\n" + VANISHES + NEWER, source)
    expected = linux.reads("lvm-out-of-date", [images[1]], ACTIVATE.replace("-ay", "-ay --activationmode degraded"), tmp_path / "expected")
    for order in (images, images[::-1]):
        assert_reads(pvboot, expected, order, tmp_path)
    assert "root_rimage_0 is out of date: it is left out" in run(pvboot, images, "info").stderr


def test_text_that_has_gone_round_its_ring(pvboot, linux, source, tmp_path):
    small = "lvm pvcreate -q --metadatasize 32k --dataalignment 16k $@\n"
    long = "lvm vgchange -q my-vg" + "".join(f" --addtag {letter * 999}" for letter in "abcdefgh") + "\n"
    changes = "for number in 1 2 3 4; do lvm vgchange -q --addtag $number my-vg; done\n"
    images = linux.make("lvm-ring", [40], small + GROUP + VOLUME.format(options="-L 32m") + FILL + long + changes, source)
    size, offset, length = struct.unpack_from("<QQQ", images[0].read_bytes(), 4096 + 32)
    assert offset + length > size
    assert_reads(pvboot, source, images, tmp_path)


def test_over_an_array(pvboot, linux, source, tmp_path):
    array = "mdadm --create /dev/md/pv --homehost=any --run --quiet --assume-clean --level=5 --chunk=64 --raid-devices=3 $@\nset -- /dev/md/pv\n"
    images = linux.make("lvm-over-md", [24] * 3, array + GROUP + VOLUME.format(options="-L 36m") + FILL, source)
    for left in (images, images[1:]):
        assert_reads(pvboot, source, left, tmp_path)


def test_what_is_not_read_is_named(pvboot, linux, source, tmp_path):
    """Beside a volume that is."""
    script = GROUP + VOLUME.format(options="-L 32m") + FILL + """lvm lvcreate -q -y -s -n snap -L 4m my-vg/root
lvm lvcreate -q -y --type thin-pool -n pool -L 4m my-vg
lvm lvcreate -q -y --thin -n thin -V 16m my-vg/pool
lvm lvcreate -q -y -n cached -L 4m my-vg
lvm lvcreate -q -y --type cache-pool -n fast -L 8m my-vg
lvm lvconvert -q -y --type cache --cachepool my-vg/fast my-vg/cached
"""
    images = linux.make("lvm-refused", [96], script, source)
    assert_reads(pvboot, source, images, tmp_path)
    said = run(pvboot, images, "info").stderr
    for name, why in (("snap", "snapshots are not read"), ("thin", 'segments of type "thin" are not read'),
                      ("cached", 'segments of type "cache" are not read')):
        assert f"logical volume {name} of my-vg cannot be read: {why}" in said, said
