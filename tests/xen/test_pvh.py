# SPDX-License-Identifier: BSD-2-Clause
"""What only PVH guests have: memory that is laid out anew, kernels of another kind, a machine without Xen. The rest is @both_kinds."""

import shutil
import subprocess

from conftest import LOADER
from disks import GRUB_PVH, LINUX
from test_boot import BOOT_TIME, ask, expect_linux, memory_of


def knows_pages_of_1_gib(guest):
    return ask(guest, "grep -c pdpe1gb /proc/cpuinfo") != "0"


def test_domain_of_128_mib_without_pages_of_1_gib(boot, disks):
    """Where the kernel is wanted, what is read has to lie: its pages change places."""
    guest = boot(disks.ext4, memory=128, type="pvh", more="cpuid='host,page1gb=0'")
    expect_linux(guest, "ext4")
    assert not knows_pages_of_1_gib(guest)


def test_memory_above_4_gib(boot, disks):
    guest = boot(disks.ext4, memory=6144, type="pvh")
    expect_linux(guest, "ext4")
    assert memory_of(guest) > 5700 << 10
    assert knows_pages_of_1_gib(guest)


def test_memory_that_is_not_there_yet(boot, disks):
    """memory < maxmem: what is touched beyond `memory` ends the domain."""
    guest = boot(disks.ext4, memory=256, more="maxmem=1024", type="pvh")
    expect_linux(guest, "ext4")
    assert memory_of(guest) < 256 << 10


def test_bad_kernels_are_refused_in_one_line(boot, disks):
    """Each of them falls back to the next; the last one is the probe."""
    image, sentences = disks.bad_then_pvh_probe
    guest = boot(image, memory=64, type="pvh")
    guest.console.send("\r")
    guest.console.expect("probe: end", BOOT_TIME)
    for sentence in sentences:
        assert guest.console.text.count(sentence) == 1, sentence


def test_the_smallest_domain_is_the_one_that_is_named(boot, disks):
    small = boot(disks.probe("pvh-linux"), memory=14, type="pvh")
    said = small.console.expect(r"too small: to start this kernel takes at least (\d+) MiB", BOOT_TIME)
    large = boot(disks.probe("pvh-linux"), memory=int(said[1]), type="pvh")
    large.console.send("\r")
    large.console.expect("probe: end", BOOT_TIME)


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
