# SPDX-License-Identifier: BSD-2-Clause
"""GRUB 2's disks on the real Xen, as Debian makes them."""

from test_boot import BOOT_TIME, ask, expect_linux
from test_menu import ENTER, open_menu, wait_for_screen


def test_debian_in_an_mbr_partition(boot, disks):
    guest = boot(disks.debian_mbr)
    expect_linux(guest, "debian-mbr")
    assert "Loading Linux 6.1.0-18-amd64 ..." in guest.console.text
    assert ask(guest, "cat /proc/cmdline") == "root=/dev/xvda1 ro console=hvc0 marker=debian-mbr quiet"


def test_debian_in_a_gpt_partition_and_a_submenus_entry_by_default(boot, disks):
    guest = boot(disks.debian_gpt)
    expect_linux(guest, "debian-gpt")
    assert ask(guest, "cat /proc/cmdline") == "root=/dev/xvda2 ro single console=hvc0 marker=debian-gpt"


def test_next_entry_boots_once(boot, box, disks):
    disk = box.put(disks.debian_once)
    first = boot(writable=[disk])
    expect_linux(first, "debian-once")
    assert " single " in ask(first, "cat /proc/cmdline")
    first.destroy()
    second = boot(writable=[disk])
    expect_linux(second, "debian-once")
    assert ask(second, "cat /proc/cmdline").endswith(" quiet")
    box.remove(disk)


def test_entries_of_the_boot_loader_specification(boot, disks):
    guest = boot(disks.bls)
    expect_linux(guest, "bls-6.9")
    assert ask(guest, "cat /proc/cmdline") == "console=hvc0 quiet marker=bls-6.9"


def test_extlinux_on_fat(boot, disks):
    guest = boot(disks.extlinux, extra="pvboot.append='of the host'")
    expect_linux(guest, "extlinux")
    assert ask(guest, "cat /proc/cmdline") == "console=hvc0 quiet marker=extlinux of the host"


def test_living_grub_cfg_beside_a_dead_menu_lst(boot, disks):
    guest = boot(disks.dead_menu, memory=64)
    guest.console.expect("names no kernel that is there: /boot/grub/grub.cfg counts", BOOT_TIME)
    guest.console.expect("Welcome to GRUB!", BOOT_TIME)


def test_superusers_password(boot, disks):
    guest = open_menu(boot(disks.users, memory=64))
    guest.console.send(ENTER)
    for password, then in (("wrong", "wrong name or password"), ("open sesame", None)):
        guest.console.expect("User:", BOOT_TIME)
        guest.console.send("root" + ENTER)
        guest.console.expect("Password:", BOOT_TIME)
        guest.console.send(password + ENTER)
        if then:
            wait_for_screen(guest, then)
            guest.console.send(ENTER)
    guest.console.expect("Welcome to GRUB!", BOOT_TIME)
