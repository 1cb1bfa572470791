# SPDX-License-Identifier: BSD-2-Clause
"""Linux on several disks, on the real Xen."""

import pytest

from test_boot import expect_linux
from volume_disks import make_groups


@pytest.fixture(scope="module")
def groups(disks):
    return make_groups(disks)


def test_xfs_on_a_logical_volume_of_two_disks(boot, groups):
    expect_linux(boot(*groups["xfs-on-lvm"]), "xfs-on-lvm")


def test_a_mirror_without_one_of_its_disks(boot, groups):
    guest = boot(groups["mirror"][1], type="pvh")
    expect_linux(guest, "mirror")
    assert "md/boot: md mirror of (hd0), 1 missing" in guest.console.text


def test_debians_subvolume_of_a_btrfs_on_two_disks(boot, groups):
    expect_linux(boot(*groups["btrfs"]), "btrfs")


def test_an_ext4_that_crashed_and_its_journals_own_disk(boot, groups):
    expect_linux(boot(*groups["journal-device"]), "replayed")
