# SPDX-License-Identifier: BSD-2-Clause
"""Inside xen-shim: how hosts that start no PV guests run them as PVH ones."""

import shutil

from test_boot import expect_linux

SHIM = "/usr/lib/xen-4.17/boot/xen-shim"


def shimmed(box, disks):
    """What boot() is told of such a domain."""
    shim = disks.folder / "xen-shim"
    shutil.copy(SHIM, shim)
    return {"type": "pvh", "more": f"pvshim=1\npvshim_path='{box.path(shim)}'"}


def test_both_kernels_read_the_disk(boot, box, disks):
    """Each says itself how it lays requests out, and takes that back."""
    guest = boot(disks.ext4, memory=512, **shimmed(box, disks))
    expect_linux(guest, "ext4")
    assert "protocol" not in guest.store("device/vbd/51712")
