# SPDX-License-Identifier: BSD-2-Clause
"""pvboot-bootloader as bootloader=: Xen's own builder starts what it has taken out of the guest's disk."""

import pytest
from conftest import BUILD, both_kinds
from guest import Disk
from test_boot import BOOT_TIME, ask, expect_linux
from test_life import save_and_restore
from test_menu import DOWN, ENTER, open_menu, wait_for_screen


@pytest.fixture
def program(box):
    """The line of xl's configuration."""
    return f"bootloader='{box.path(BUILD / 'pvboot-bootloader')}'"


def test_bootloader(boot, box, disks, program):
    """A PV guest; and a PVH one, whose disk is read as libxl's bootloader_restrict wants it: by another user, without a menu."""
    lines = f"{program}\nbootloader_args=['--quiet']"
    restricted = "LIBXL_BOOTLOADER_RESTRICT=1 LIBXL_BOOTLOADER_USER=guests"
    guests = {"debian-mbr": boot(disks.debian_mbr, kernel=None, more=lines, extra="of the host", type="pv"),
              "extlinux": boot(disks.extlinux, kernel=None, more=lines, extra="of the host", type="pvh", environment=restricted)}
    for marker, guest in guests.items():
        expect_linux(guest, marker)
        assert ask(guest, "cat /proc/cmdline").endswith(" of the host")
    assert "boot" not in box.check("ls /run /var/lib/xen")


@both_kinds
def test_menu_of_the_bootloader(box, disks, program, kind):
    """`xl create -c`: the menu, and then the guest, are on the terminal that it was typed on."""
    guest = box.create_on_terminal(type=kind, memory=384, disks=[Disk(box.path(disks.choice), "xvda", "r")], more=program)
    try:
        open_menu(guest)
        guest.console.send(DOWN)
        wait_for_screen(guest, " > Second")
        guest.console.send(ENTER)
        expect_linux(guest, "second")
    finally:
        guest.destroy()


def test_a_reboot_reads_the_menu_again(boot, box, disks, program):
    """Saved and restored, a guest goes on; what it has written to its menu counts at its next start."""
    disk = box.put(disks.ext4)
    guest = boot(writable=[disk], kernel=None, more=f"{program}\nbootloader_args=['--quiet']\non_reboot='restart'")
    expect_linux(guest, "ext4")
    ask(guest, "modules")
    save_and_restore(guest, box)
    ask(guest, "mount -t ext4 /dev/xvda /mnt && sed -i s/=ext4/=changed/ /mnt/boot/grub/menu.lst && umount /mnt")
    guest.console.send("reboot -f\n")
    guest.follow()
    guest.console.expect("Hello from Linux .*marker=changed", BOOT_TIME)
    guest.destroy()
    box.remove(disk)
