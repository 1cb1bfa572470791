# SPDX-License-Identifier: BSD-2-Clause
"""pvboot-bootloader as bootloader=: Xen's own builder starts what it has taken out of the guest's disk."""

from conftest import BUILD
from test_boot import ask, expect_linux


def test_bootloader(boot, box, disks):
    """A PV guest; and a PVH one, whose disk is read as libxl's bootloader_restrict wants it: by another user, without a menu."""
    lines = f"bootloader='{box.path(BUILD / 'pvboot-bootloader')}'\nbootloader_args=['--quiet']"
    restricted = "LIBXL_BOOTLOADER_RESTRICT=1 LIBXL_BOOTLOADER_USER=guests"
    guests = {"debian-mbr": boot(disks.debian_mbr, kernel=None, more=lines, extra="of the host", type="pv"),
              "extlinux": boot(disks.extlinux, kernel=None, more=lines, extra="of the host", type="pvh", environment=restricted)}
    for marker, guest in guests.items():
        expect_linux(guest, marker)
        assert ask(guest, "cat /proc/cmdline").endswith(" of the host")
    assert "boot" not in box.check("ls /run /var/lib/xen")
