# SPDX-License-Identifier: BSD-2-Clause
"""The loader on the real Xen: what it boots, from where, and in which domains."""

import gzip
import shutil

from conftest import LOADER, both_kinds
from costs import Trace
from disks import GRUB, LINUX, sha256
from guest import Disk
from packers import VARIANTS

HELLO = r"Hello from Linux .*marker={}\b.*guest# "
BOOT_TIME = 240  # seconds, on a machine that is very busy


def expect_linux(guest, marker):
    guest.console.expect(HELLO.format(marker), BOOT_TIME)


def ask(guest, command, timeout=60):
    """What a command in the guest's shell prints."""
    guest.console.send(command + "\n")
    guest.console.expect(r"\n", timeout)
    return guest.console.expect(r"(.*?)guest# ", timeout)[1].strip()


def memory_of(guest):
    """KiB, as the guest counts."""
    return int(ask(guest, "awk '/MemTotal/ {print $2}' /proc/meminfo"))


@both_kinds
def test_ext4_on_a_whole_disk(boot, disks):
    expect_linux(boot(disks.ext4), "ext4")


@both_kinds
def test_ext4_in_a_partition_of_the_second_disk(boot, disks):
    expect_linux(boot(disks.blank, disks.ext4_partition), "mbr")


def test_a_menu_that_is_only_in_the_journal(boot, box, disks):
    """A guest writes a new menu, and the power goes: before the journal is replayed, the old one is there."""
    disk = box.put(disks.ext4)
    linux = boot(writable=[disk])
    expect_linux(linux, "ext4")
    ask(linux, "modules; mount -t ext4 /dev/xvda /mnt")
    ask(linux, "sed -i s/=ext4/=journal/ /mnt/boot/grub/menu.lst; sync /mnt/boot/grub/menu.lst")
    linux.destroy()
    expect_linux(boot(writable=[disk]), "journal")
    box.remove(disk)


def expect_large_initrd(boot, disk, marker):
    """Over 64 MiB, which arrive intact."""
    image, digest = disk
    guest = boot(image, memory=512)
    expect_linux(guest, marker)
    assert ask(guest, "sha256sum /big").split()[0] == digest


@both_kinds
def test_large_initrd_on_ext4(boot, disks):
    expect_large_initrd(boot, disks.big_initrd, "big")


@both_kinds
def test_large_initrd_on_ffsv2_with_boot_cfg(boot, disks):
    expect_large_initrd(boot, disks.big_ffs2, "ffs2")


@both_kinds
def test_large_initrd_on_fat32(boot, disks):
    expect_large_initrd(boot, disks.big_fat32, "fat32")


def test_initrds_of_odd_lengths_from_a_disk_of_4096_byte_sectors(boot, box, disks):
    """A second initrd begins where no sector does: and yet it is read in large requests, of whole sectors."""
    image, digest = disks.odd_initrds
    path = box.put(image)
    box.check(f"mv {path} {path}.4096")
    guest = boot(Disk(f"{path}.4096", "xvda", "r"), extra="pvboot.trace=1")
    expect_linux(guest, "odd")
    assert ask(guest, "sha256sum /odd").split()[0] == digest
    trace = Trace(guest.console.text)
    assert trace.bounced <= 64 << 10
    assert trace.phases["initrd"].requests <= 64
    box.remove(f"{path}.4096")


def test_domain_of_64_mib(boot, disks):
    boot(disks.grub, memory=64).console.expect(r"grub>", BOOT_TIME)


@both_kinds
def test_domain_of_4_gib_with_two_processors(boot, disks):
    guest = boot(disks.ext4, memory=4096, vcpus=2)
    expect_linux(guest, "ext4")
    assert ask(guest, "nproc") == "2"
    assert memory_of(guest) > 3900 << 10


@both_kinds
def test_chained_linux_finds_its_devices_as_xen_made_them(boot, disks):
    made = []
    guest = boot(disks.ext4, before_start=lambda new: made.append(new.store("device")))
    expect_linux(guest, "ext4")
    assert guest.store("device") == made[0]
    assert ask(guest, "nproc") == "1"
    ask(guest, "modules")
    assert ask(guest, "mount -o ro /dev/xvda /mnt && sha256sum /mnt/boot/vmlinuz").split()[0] == sha256(disks.kernel)


@both_kinds
def test_config_as_ramdisk(boot, box, disks):
    text = disks.folder / "ramdisk.txt"
    text.write_text("timeout 0\ntitle From ramdisk=\nroot (hd0)\n" + LINUX.format(marker="ramdisk"))
    expect_linux(boot(disks.ext4, ramdisk=box.path(text)), "ramdisk")


def test_cdrom_by_its_kind(boot, box, disks):
    text = disks.folder / "cdrom.txt"
    text.write_text("timeout 0\ntitle From the CD-ROM\nroot (cd)\n" + LINUX.format(marker="cdrom"))
    cdrom = Disk(box.path(disks.ext4), "xvdb", "r", "devtype=cdrom")
    expect_linux(boot(disks.blank, cdrom, ramdisk=box.path(text)), "cdrom")


def test_a_ramdisk_and_words_that_are_not_for_pvboot(boot, box, disks):
    empty = disks.folder / "empty.gz"
    empty.write_bytes(gzip.compress(b""))
    guest = boot(disks.ext4, ramdisk=box.path(empty), extra="root=/dev/mapper/dmroot ro nomodeset console=hvc0")
    expect_linux(guest, "ext4")
    assert "ramdisk=: it holds no text" in guest.console.text and "means nothing" not in guest.console.text


@both_kinds
def test_ramdisk_that_is_too_large_for_a_config(boot, box, disks):
    large = disks.image("large-ramdisk", megabytes=17)
    guest = boot(disks.ext4, ramdisk=box.path(large))
    guest.console.expect(r"ramdisk=: 17408 KiB are no config, which has 16384 at most: passed over", BOOT_TIME)
    expect_linux(guest, "ext4")


def test_grant_table_of_one_frame(boot, disks):
    """Which is too small for Linux, but not for every kernel."""
    boot(disks.grub, more="max_grant_frames=1").console.expect(r"grub>", BOOT_TIME)


def test_config_named_by_extra(boot, disks):
    expect_linux(boot(disks.ext4, disks.ext4_partition, extra="(hd1,1)/boot/grub/menu.lst"), "mbr")


def test_entry_and_timeout_named_by_extra(boot, disks):
    expect_linux(boot(disks.choice, extra="pvboot.entry=1 pvboot.timeout=0"), "second")


def test_kernels_packed_in_every_way(boot, disks):
    """All but the last one unpack to a kernel that is refused for what is in it."""
    guest = boot(disks.packed, memory=128)
    guest.console.expect("grub>", BOOT_TIME)
    assert guest.console.text.count("its entry point is outside of it") == len(VARIANTS)


def test_the_smallest_domain_is_the_one_that_is_named(boot, disks):
    """What a domain that is too small says it would take is what it takes."""
    small = boot(disks.grub, memory=12)
    said = small.console.expect(r"too small: to start this kernel takes at least (\d+) MiB", BOOT_TIME)
    boot(disks.grub, memory=int(said[1])).console.expect("grub>", BOOT_TIME)


def test_another_loader_is_a_guest_like_any_other(boot, disks):
    guest = boot(disks.grub)
    guest.console.expect(r"grub>", BOOT_TIME)
    guest.console.send("ls\r")
    guest.console.expect(r"\(xen/xvda\)", BOOT_TIME)


@both_kinds
def test_pvboot_starts_pvboot(boot, disks):
    text = ("timeout 0\ntitle Itself\nkernel /boot/pvboot pvboot.entry=1\ntitle Linux\n" + LINUX.format(marker="twice"))
    expect_linux(boot(disks.menu("itself", text, [("boot/pvboot", LOADER.read_bytes())])), "twice")


def test_started_by_grub(boot, disks):
    """GRUB's xen image starts /boot/xen/pvboot-x86_64.elf of a guest's disk: Xen's x86 PV bootloader protocol."""
    grub = disks.folder / "grub.bin"
    shutil.copy(GRUB, grub)
    text = "timeout 0\ntitle Linux\n" + LINUX.format(marker="second-stage")
    files = [("boot/xen/pvboot-x86_64.elf", LOADER.read_bytes())]
    image = disks.menu("second-stage", text, files, kind="ext2")  # which GRUB reads
    expect_linux(boot(image, kernel=grub), "second-stage")
