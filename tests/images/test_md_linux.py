# SPDX-License-Identifier: BSD-2-Clause
"""Arrays that mdadm made and Linux filled: whole, with members missing, failed or out of date, in the middle of being rebuilt or reshaped."""

import shutil

import pytest

import tree
from test_md import run

UUID = "01234567:89abcdef:fedcba98:76543210"
CREATE = f"""mdadm --create /dev/md3 --name=data --homehost=any --uuid={UUID} --run --quiet --assume-clean {{options}} --raid-devices=$# $@
mkfs.xfs -q -f /dev/md3
mkdir -p /mnt
mount -t xfs /dev/md3 /mnt
tar -xf $source -C /mnt
"""

# mdadm's options, the disks' sizes in MiB, and how many may be missing.
ARRAYS = {
    "linear": ("--level=linear", [24, 40], 0),
    "raid0-of-different-sizes": ("--level=0 --chunk=32", [24, 32, 40], 0),
    "raid1": ("--level=1 --metadata=1.1", [40] * 3, 2),
    "raid4": ("--level=4 --metadata=1.1 --chunk=16", [24] * 3, 1),
    "raid5-with-a-partial-parity-log": ("--level=5 --chunk=32 --layout=right-asymmetric --consistency-policy=ppl", [24] * 3, 1),
    "raid6-of-4-old": ("--level=6 --chunk=8 --metadata=0.90 --layout=left-asymmetric", [24] * 4, 2),
    "raid10-near-of-3-old": ("--level=10 --layout=n2 --chunk=16 --metadata=0.90", [32] * 3, 1),
    "raid10-far": ("--level=10 --layout=f2 --chunk=64", [32] * 3, 1),
    "raid10-offset": ("--level=10 --layout=o3 --chunk=32", [32] * 4, 2),
}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("md")
    yield tree.make_unix_tree(folder / "tree", large=1_500_000, many=100)
    shutil.rmtree(folder)


def assert_reads(pvboot, source, images, folder):
    found = folder / "found"
    done = run(pvboot, images, "extract", f"(mduuid/{UUID.replace(':', '')})/", found)
    assert done.returncode == 0, done.stderr
    tree.assert_same(source, found)
    shutil.rmtree(found)


@pytest.mark.parametrize("name", ARRAYS)
def test_whole_and_with_members_missing(pvboot, linux, source, tmp_path, name):
    options, sizes, spared = ARRAYS[name]
    images = linux.make(f"md-{name}", sizes, CREATE.format(options=options), source)
    for left in (images, images[spared:], images[: len(images) - spared])[: 3 if spared else 1]:
        assert_reads(pvboot, source, left, tmp_path)


# ---- what happens to members --------------------------------------------------------------------

FAILS = "mdadm --quiet /dev/md3 --fail $2\n"
VANISHES = "echo 1 >/sys/block/${2#/dev/}/device/delete\n"
NEWER = "rm -r /mnt/many\necho newer >/mnt/newer\nsync\n"
SLOWLY = "echo 1000 >/proc/sys/dev/raid/speed_limit_min\necho 1000 >/proc/sys/dev/raid/speed_limit_max\n"
REPLACED = FAILS + SLOWLY + "mdadm --quiet /dev/md3 --remove $2\n" + NEWER + "mdadm --quiet /dev/md3 --add $spare\nsleep 1\n"
GROWN = SLOWLY + "mdadm --quiet /dev/md3 --add $spare\nmdadm --quiet --grow /dev/md3 --raid-devices=4\nsleep 1\n"
ASSEMBLE = "mdadm --assemble --quiet --run /dev/md3 $@\nmount -t xfs /dev/md3 /mnt"

FATES = {
    "raid1-vanishes": ("--level=1 --metadata=0.90", [40] * 2, VANISHES + NEWER),
    "raid5-vanishes": ("--level=5 --chunk=16", [24] * 3, VANISHES + NEWER),
    "raid10-fails": ("--level=10 --layout=o2 --chunk=16", [32] * 3, FAILS + NEWER),
    "raid6-fails": ("--level=6 --chunk=16 --bitmap=internal", [24] * 4, FAILS + NEWER),
    "raid5-in-use": ("--level=5 --chunk=64", [24] * 3, NEWER),
}


def assert_as_linux_reads_it(pvboot, linux, name, images, folder):
    expected = linux.reads(f"md-{name}", images, ASSEMBLE, folder / "expected")
    for order in (images, images[::-1]):
        assert_reads(pvboot, expected, order, folder)


@pytest.mark.parametrize("name", FATES)
def test_members_that_are_out_of_date(pvboot, linux, source, tmp_path, name):
    options, sizes, fate = FATES[name]
    images = linux.make(f"md-{name}", sizes, CREATE.format(options=options) + fate, source, crash="in-use" in name)
    assert_as_linux_reads_it(pvboot, linux, name, images, tmp_path)
    said = run(pvboot, images, "info").stderr
    assert ("left out" in said) == ("in-use" not in name), said


def made_of_three_and_a_spare(linux, source, name, options, fate):
    script = "spare=$4\nset -- $1 $2 $3\n" + CREATE.format(options=options) + fate
    return linux.make(f"md-{name}", [24] * 4, script, source, crash=True)


def test_one_that_is_being_rebuilt(pvboot, linux, source, tmp_path):
    images = made_of_three_and_a_spare(linux, source, "rebuilt", "--level=5 --chunk=16", REPLACED)
    assert_as_linux_reads_it(pvboot, linux, "rebuilt", images, tmp_path)
    assert "left out: it was being rebuilt" in run(pvboot, images, "info").stderr


@pytest.mark.parametrize("name,options,fate,why", [
    ("reshaped", "--level=5 --chunk=16", GROWN, "it is being reshaped"),
    ("journaled", "--level=5 --chunk=16 --write-journal=$spare", "", "it has a write journal"),
], ids=["reshaped", "journaled"])
def test_what_is_not_read_is_named(pvboot, linux, source, name, options, fate, why):
    images = made_of_three_and_a_spare(linux, source, name, options, fate)
    assert f"md/data: {why}, which is not read" in run(pvboot, images, "info").stderr
