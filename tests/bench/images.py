# SPDX-License-Identifier: BSD-2-Clause
"""Recipes of what is booted, read and unpacked in the measurements."""

import contextlib
import functools
import random
import shutil
import subprocess

from lab import BUILD, COMMAND_LINE  # first: it knows where the others are

import initramfs
import xfs_images
from disks import GRUB, GRUB_PVH, Disks, run
from files import Kernel
from linux_made import Workshop

MENU = f"""timeout 0
title Linux
root (hd0)
kernel /boot/vmlinuz {COMMAND_LINE}
initrd /boot/initrd
"""
GRUB_CFG = f"""linux (xen/xvda)/boot/vmlinuz {COMMAND_LINE}
initrd (xen/xvda)/boot/initrd
boot
"""
KINDS = ["ext4", "FFSv2", "FAT32"]
LVM_OVER_MD = "LVM over md"
READABLE_KINDS = [*KINDS, "XFS", "btrfs", LVM_OVER_MD]
MAKE_LVM_OVER_MD = """mdadm --create /dev/md/pv --homehost=any --run --quiet --assume-clean --level=1 --raid-devices=2 $@
lvm vgcreate -q vg /dev/md/pv
lvm lvcreate -q -y -n root -l 100%FREE vg
mkfs.ext4 -q /dev/vg/root
mkdir -p /mnt
mount -t ext4 /dev/vg/root /mnt
tar -xf $source -C /mnt
"""
READABLE_BY_GRUB = "^metadata_csum_seed,^orphan_file"  # what Debian's GRUB does not know of today's ext4
FILE = "boot/initrd"  # the large file of a disk that is only read
PACKERS = {"gzip": "gzip -9", "xz": "xz --check=crc32", "zstd": "zstd -19 -q", "lz4": "lz4 -9 -q"}


def random_file(path, megabytes):
    """Bytes that no packer makes smaller, the same in each run."""
    source = random.Random(megabytes)
    with open(path, "wb") as file:
        for _ in range(megabytes):
            file.write(source.randbytes(1 << 20))
    return path


class Images(Disks):
    """Made when first asked for, in the build directory."""

    def __init__(self):
        super().__init__(BUILD)
        self.grub_loader = self.folder / "grub.bin"
        shutil.copy(GRUB, self.grub_loader)
        self.grub_loaders = {"pv": self.grub_loader, "pvh": self.folder / "grub-pvh.bin"}
        shutil.copy(GRUB_PVH, self.grub_loaders["pvh"])
        self.linux = self.folder / "vmlinuz"
        shutil.copy(self.kernel, self.linux)
        self.small_initrd = self.folder / "small-initrd"
        initramfs.make(BUILD / "xenbox", self.small_initrd)

    @functools.cache
    def initrd_of(self, megabytes):
        """The small one, with a file in it that makes it so large."""
        if megabytes <= 1:
            return self.small_initrd
        folder = self.folder / f"ballast-{megabytes}"
        folder.mkdir(exist_ok=True)
        random_file(folder / "ballast", megabytes)
        archive = subprocess.run(["cpio", "--quiet", "-o", "-H", "newc"], cwd=folder, input=b"ballast\n",
                                 stdout=subprocess.PIPE, check=True).stdout
        shutil.rmtree(folder)
        initrd = self.folder / f"initrd-{megabytes}"
        initrd.write_bytes(archive + b"\0" * (-len(archive) % 4) + self.small_initrd.read_bytes())
        return initrd

    def file_system(self, kind, name, tree, megabytes):
        image = self.image(name)
        if kind == "ext4":
            run("mke2fs", "-q", "-t", "ext4", "-O", READABLE_BY_GRUB, "-d", tree, image, f"{megabytes}M")
        elif kind.startswith("FFSv"):
            options = f"version={kind[-1]},bsize=16384,fsize=2048"
            run("makefs", "-t", "ffs", "-o", options, "-s", f"{megabytes}m", image, tree)
        elif kind == "XFS":
            xfs_images.make_image(image, tree, "-d agcount=1 -l size=8m", megabytes)  # mkfs.xfs writes a file over the next group's headers
        elif kind == "btrfs":
            run("truncate", "-s", f"{max(megabytes, 128)}M", image)
            run("mkfs.btrfs", "-q", "--rootdir", tree, image)
        else:
            run("mkfs.fat", "-C", "-F", "32", image, megabytes << 10)
            run("mcopy", "-s", "-i", image, tree / "boot", "::")
        return image

    def bootable(self, kind, megabytes=1):
        """A disk with Debian's kernel and an initrd of so many MiB, for pvboot and for GRUB."""
        name = f"bench-{kind}-{megabytes}"
        tree = self.tree(name, MENU, files=[("boot/grub/grub.cfg", GRUB_CFG.encode())])
        (tree / "boot/initrd.gz").unlink()
        shutil.copy(self.initrd_of(megabytes), tree / FILE)
        return self.file_system(kind, name, tree, 80 + megabytes + megabytes // 8)

    def readable(self, kind, megabytes, kernel=GRUB):
        """Disks with a small kernel, which is not Linux, and a large file as its initrd."""
        name = f"bench-read-{kind}"
        tree = self.folder / name
        shutil.rmtree(tree, ignore_errors=True)
        (tree / "boot/grub").mkdir(parents=True)
        (tree / "boot/grub/menu.lst").write_text("timeout 0\ntitle Read\nkernel /boot/kernel\ninitrd /boot/initrd\n")
        shutil.copy(kernel, tree / "boot/kernel")
        random_file(tree / FILE, megabytes)
        size = 32 + megabytes + megabytes // 8
        if kind != LVM_OVER_MD:
            return [self.file_system(kind, name, tree, size)]
        with contextlib.closing(Workshop(self.build)) as linux:
            return linux.make("bench-lvm-over-md", [size] * 2, MAKE_LVM_OVER_MD, tree)

    def scattered(self, megabytes=16):
        """The same on ext2, the file in every other block of 4 KiB: its gaps were files that are gone."""
        tree = self.folder / "bench-scattered"
        shutil.rmtree(tree, ignore_errors=True)
        (tree / "boot/grub").mkdir(parents=True)
        (tree / "boot/grub/menu.lst").write_text("timeout 0\ntitle Read\nkernel /boot/grub.bin\ninitrd /big\n")
        shutil.copy(GRUB, tree / "boot/grub.bin")
        big = random_file(self.folder / "bench-big", megabytes)
        blocks = (megabytes << 8) * 11 // 10  # and some for indirect blocks
        (tree / "gaps").mkdir()
        for number in range(2 * blocks):
            (tree / f"gaps/{number}").write_bytes(b"x" * 4096)
        image = self.image("bench-scattered")
        run("mke2fs", "-q", "-t", "ext2", "-b", "4096", "-N", str(2 * blocks + 64), "-m", "0", "-d", tree, image,
            f"{3 * megabytes + 32}M")
        commands = "".join(f"rm gaps/{number}\n" for number in range(0, 2 * blocks, 2)) + f"write {big} big\n"
        subprocess.run(["debugfs", "-w", "-f", "-", str(image)], input=commands.encode(), check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return image

    # ---- kernels ----

    def packed(self, packer):
        """Debian's kernel as the ELF file that its bzImage has within, packed."""
        path = self.folder / f"vmlinux.{packer}"
        with open(path, "wb") as file:
            subprocess.run([*PACKERS[packer].split(), "-c", str(Kernel(BUILD / "xenbox").elf())], stdout=file, check=True)
        return path

    def padded_kernel(self, megabytes):
        """A small kernel in a file of so many MiB."""
        path = self.folder / f"kernel-{megabytes}"
        path.write_bytes(GRUB.read_bytes().ljust(megabytes << 20, b"\0"))
        return path

    def with_kernel(self, kernel, name):
        """A disk whose menu boots this kernel, alone."""
        return self.menu(name, "timeout 0\ntitle Kernel\nkernel /boot/kernel console=hvc0\n",
                         [("boot/kernel", kernel.read_bytes())])
