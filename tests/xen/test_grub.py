# SPDX-License-Identifier: BSD-2-Clause
"""GRUB 2's disks on the real Xen, as Debian makes them."""

from test_boot import ask, expect_linux


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
