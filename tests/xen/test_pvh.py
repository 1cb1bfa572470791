# SPDX-License-Identifier: BSD-2-Clause
"""What only PVH guests have: memory that is laid out anew, kernels of another kind, a machine without Xen. The rest is @both_kinds."""

import shutil
import subprocess

from conftest import LOADER
from disks import GRUB_PVH, LINUX
from test_boot import BOOT_TIME, ask, expect_linux, memory_of


def test_domain_of_128_mib(boot, disks):
    """Where the kernel is wanted, what is read has to lie: its pages change places."""
    expect_linux(boot(disks.ext4, memory=128, type="pvh"), "ext4")


def test_memory_above_4_gib(boot, disks):
    guest = boot(disks.ext4, memory=5000, type="pvh")
    expect_linux(guest, "ext4")
    assert memory_of(guest) > 4600 << 10


def test_memory_that_is_not_there_yet(boot, disks):
    """memory < maxmem: what is touched beyond `memory` ends the domain."""
    guest = boot(disks.ext4, memory=256, more="maxmem=1024", type="pvh")
    expect_linux(guest, "ext4")
    assert memory_of(guest) < 256 << 10


def test_a_kernel_for_pv_only_is_refused(boot, disks):
    guest = boot(disks.grub, type="pvh")
    guest.console.expect(r'grub.bin: a kernel for PV only: it needs a domain with pvshim=1, or of type="pv"', BOOT_TIME)
    assert guest.state() == "running"


def test_a_linux_without_pvh_entry(boot, disks):
    """It starts by its boot protocol, with initrd and arguments."""
    guest = boot(disks.without_entry, type="pvh")
    expect_linux(guest, "without-entry")
    assert ask(guest, "cat /proc/sys/kernel/bootloader_type") == "255"  # one without a number; by its entry it is 144


def test_a_kernel_of_32_bits(boot, disks):
    boot(disks.grub_pvh, memory=64, type="pvh").console.expect(r"grub>", BOOT_TIME)


def test_started_by_grub(boot, disks):
    """GRUB's PVH image starts the loader by multiboot, and that the guest's kernel."""
    grub = disks.folder / "grub-pvh.bin"
    shutil.copy(GRUB_PVH, grub)
    files = [("boot/pvboot", LOADER.read_bytes()),
             ("boot/grub/grub.cfg", b"multiboot /boot/pvboot (hd0)/boot/grub/menu.lst\nboot\n")]
    image = disks.menu("pvh-second-stage", "timeout 0\ntitle Linux\n" + LINUX.format(marker="pvh-second"), files, kind="ext2")
    expect_linux(boot(image, kernel=grub, type="pvh"), "pvh-second")


def test_a_machine_without_xen_is_told_so():
    """QEMU starts the same file, for it has a multiboot header, and a PVH entry."""
    machine = subprocess.Popen(["qemu-system-x86_64", "-accel", "tcg", "-m", "64", "-nodefaults", "-no-reboot", "-display", "none", "-serial",
                                "stdio", "-kernel", LOADER], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    try:
        assert machine.stdout.readline() == b"pvboot: this machine has no Xen, and pvboot has no drivers for one without\r\n"
        assert machine.poll() is None
    finally:
        machine.kill()
        machine.wait()
