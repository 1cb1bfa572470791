# SPDX-License-Identifier: BSD-2-Clause
"""BSD guests' disks on the real Xen, and Linux's UFS driver as a second reader of what pvboot reads."""

import re
import subprocess

import ffs_disks
from conftest import BUILD
from test_boot import BOOT_TIME, HELLO, ask, expect_linux


def test_kernels_in_disklabels_in_slices(boot, disks):
    """Both versions, both kinds of menus, 16K/2K and 32K/4K: all at once, for most of the time is the machine's."""
    cfg, lst = "boot.cfg", "boot/grub/menu.lst"
    text = ffs_disks.LINUX_CFG.format(device="hd0a:", marker="slice1")
    linux1 = boot(ffs_disks.slice_with_ffs(disks, "slice1", 1, (16384, 2048), "a", text, cfg))
    text = ffs_disks.LINUX_LST.format(device="(hd0,0,e)", marker="slice2")
    linux2 = boot(ffs_disks.slice_with_ffs(disks, "slice2", 2, (32768, 4096), "e", text, lst))
    text = ffs_disks.GRUB_LST.format(device="(hd0,a)")
    grub1 = boot(ffs_disks.slice_with_ffs(disks, "slice3", 2, (16384, 2048), "a", text, lst), memory=64)
    grub2 = boot(ffs_disks.slice_with_ffs(disks, "slice4", 1, (32768, 4096), "e", ffs_disks.GRUB_CFG, cfg), memory=64)
    for guest in (grub1, grub2):
        guest.console.expect(r"grub>", 3 * BOOT_TIME)
    for guest, marker in ((linux1, "slice1"), (linux2, "slice2")):
        guest.console.expect(HELLO.format(marker), 3 * BOOT_TIME)


def extract(image, folder):
    done = subprocess.run([BUILD / "pvboot", "-d", image, "extract", "/", folder], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == "", done.stderr


def test_linux_reads_the_same(boot, disks):
    """Every shape that Linux's driver takes, in both byte orders, and the format from before 4.4BSD."""
    gallery, expected = ffs_disks.make_gallery(disks, extract)
    guest = boot(disks.ext4, gallery)
    expect_linux(guest, "ext4")
    ask(guest, "modules")
    ask(guest, "mkdir /images && mount -o ro /dev/xvdb /images")
    guest.console.send("sh /images/run\n")
    output = guest.console.expect(r"(.*)THE END\r?\n", 300)[1]
    found = dict(re.findall(r"FOUND (\S+) ([0-9a-f]{64})", output))
    assert found == expected, output
