# SPDX-License-Identifier: BSD-2-Clause
"""Recipes of the disks that the tests boot from. Each is made when it is first asked for."""

import functools
import gzip
import hashlib
import os
import random
import shutil
import struct
import subprocess
from pathlib import Path

import debian
import initramfs
from packers import VARIANTS, pack
from small_kernel import pvh_kernel, small_kernel

LINUX = "kernel /boot/vmlinuz console=hvc0 quiet marker={marker}\ninitrd /boot/initrd.gz\n"
MENU = "timeout 0\ntitle Linux\nroot {root}\n" + LINUX
BOOT_CFG = """banner=Welcome to the test of boot.cfg
menu=Linux:load /boot/initrd.gz;boot /boot/vmlinuz console=hvc0 quiet marker=ffs2
menu=Linux again:load /boot/initrd.gz;boot /boot/vmlinuz console=hvc0 quiet marker=again
timeout=0
"""

GRUB = Path("/usr/lib/grub-xen/grub-x86_64-xen.bin")  # a PV kernel that is not Linux, and small
GRUB_PVH = Path("/usr/lib/grub-xen/grub-i386-xen_pvh.bin")
BIG_INITRD = 64 << 20  # bytes
DEBIAN_UUID = "6f5cc7dd-8b1a-4f9c-8e0e-9e2a3b1c4d5f"
ODD_INITRD = (8 << 20) + 7
PASSWORD_HASH = "$1$pvboot$fIs.1qV/1uZizvjdV3cDm/"  # of "open sesame", by openssl passwd -1


def run(*command):
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def with_field(data, offset, value):
    """With 8 bytes at `offset` changed."""
    return data[:offset] + struct.pack("<Q", value) + data[offset + 8:]


class Disks:
    """They lie in `build`, each worker's of pytest-xdist in a folder of its own."""

    def __init__(self, build):
        self.build = build
        self.folder = build / "xen-disks" / os.environ.get("PYTEST_XDIST_WORKER", "alone")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.initrd = self.folder / "initrd.gz"
        self.kernel = initramfs.make(build / "xenbox", self.initrd, initramfs.MODULES)

    # ---- makers ----

    def tree(self, name, config, path="boot/grub/menu.lst", files=(), initrd=None):
        """A root directory with kernel, initrd, config and `files`: pairs of a path and bytes."""
        root = self.folder / name
        shutil.rmtree(root, ignore_errors=True)
        (root / "boot/grub").mkdir(parents=True)
        (root / "boot/xen").mkdir()
        shutil.copy(self.kernel, root / "boot/vmlinuz")
        shutil.copy(initrd or self.initrd, root / "boot/initrd.gz")
        (root / path).write_text(config)
        for file, contents in files:
            (root / file).write_bytes(contents)
        return root

    def image(self, name, megabytes=0):
        """A new image file, empty or full of holes."""
        path = self.folder / f"{name}.img"
        path.unlink(missing_ok=True)
        if megabytes:
            with open(path, "wb") as disk:
                disk.truncate(megabytes << 20)
        return path

    def make_ext(self, name, tree, kind="ext4", megabytes=64, options=()):
        image = self.image(name)
        run("mke2fs", "-q", "-t", kind, *options, "-d", tree, image, f"{megabytes}M")
        return image

    def menu(self, name, text, files=(), kind="ext4"):
        """A disk with this menu.lst."""
        return self.make_ext(name, self.tree(name, text, files=files), kind)

    # ---- file systems ----

    @functools.cached_property
    def ext4(self):
        return self.menu("ext4", MENU.format(root="(hd0)", marker="ext4"))

    @functools.cached_property
    def living(self):
        """A guest with the tool in its initrd."""
        initrd = self.folder / "living-initrd.gz"
        initramfs.make(self.build / "xenbox", initrd, initramfs.MODULES, programs=[self.build / "pvboot"])
        return self.make_ext("living", self.tree("living", MENU.format(root="(hd0)", marker="living"), initrd=initrd))

    @functools.cached_property
    def ext4_partition(self):
        """ext4 in the second of two MBR partitions."""
        inner = self.menu("inner", MENU.format(root="(hd1,1)", marker="mbr"))
        image = self.image("partitioned", megabytes=80)
        table = "label: dos\nstart=2048, size=8192, type=83\nstart=16384, size=131072, type=83, bootable\n"
        subprocess.run(["sfdisk", "-q", str(image)], input=table.encode(), check=True, stdout=subprocess.PIPE)
        run("dd", f"if={inner}", f"of={image}", "bs=512", "seek=16384", "conv=notrunc,sparse")
        return image

    def debian(self, name, table, number=1, settings="", change=lambda tree: None):
        """Debian on ext4, with the grub.cfg of its own grub-mkconfig, in that partition of such a table."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        settings = f'GRUB_TIMEOUT=0\nGRUB_CMDLINE_LINUX="console=hvc0 marker={name}"\n{settings}'
        tree = debian.debian(folder, self.kernel.read_bytes(), self.initrd.read_bytes(), DEBIAN_UUID, table=table,
                             number=number, settings=settings)
        change(tree)
        inner = self.make_ext(f"{name}-inner", tree, megabytes=120)
        run("tune2fs", "-U", DEBIAN_UUID, inner)
        image = self.image(name, megabytes=130)
        script = f"label: {'dos' if table == 'msdos' else 'gpt'}\n" + "size=1M\n" * (number - 1) + "size=121M\n"
        subprocess.run(["sfdisk", "-q", str(image)], input=script.encode(), check=True, stdout=subprocess.PIPE)
        run("dd", f"if={inner}", f"of={image}", "bs=1M", f"seek={number}", "conv=notrunc,sparse")
        return image

    @functools.cached_property
    def debian_mbr(self):
        return self.debian("debian-mbr", "msdos")

    @functools.cached_property
    def debian_gpt(self):
        """The default is an entry of the submenu."""
        return self.debian("debian-gpt", "gpt", 2, "GRUB_DEFAULT='1>1'\n")

    @functools.cached_property
    def debian_once(self):
        """The recovery mode is the next entry, once."""

        def change(tree):
            run("grub-editenv", tree / "boot/grub/grubenv", "set", "next_entry=1>1")

        return self.debian("debian-once", "msdos", settings="GRUB_DEFAULT=0\n", change=change)

    @functools.cached_property
    def bls(self):
        """Entries without any GRUB, on a /boot of its own; the older one is the default."""
        entries = [(f"loader/entries/linux-6.{minor}.conf",
                    f"title Linux\nversion 6.{minor}\nlinux /boot/vmlinuz\ninitrd /boot/initrd.gz\n"
                    f"options console=hvc0 quiet\noptions marker=bls-6.{minor}\n".encode()) for minor in (9, 10)]
        tree = self.tree("bls", "unused\n", "unused.txt")
        (tree / "loader/entries").mkdir(parents=True)
        for path, contents in entries:
            (tree / path).write_bytes(contents)
        (tree / "loader/loader.conf").write_text("default linux-6.9*\ntimeout 0\n")
        return self.make_ext("bls", tree)

    @functools.cached_property
    def extlinux(self):
        """An extlinux.conf on FAT, with a path beside itself and one from the root."""
        tree = self.tree("extlinux", "DEFAULT linux\nLABEL linux\n  KERNEL vmlinuz\n  INITRD /boot/initrd.gz\n"
                         "  APPEND console=hvc0 quiet marker=extlinux\n", "boot/extlinux.conf")
        image = self.image("extlinux")
        run("mkfs.fat", "-C", "-F", "32", image, 80 << 10)
        run("mcopy", "-s", "-i", image, tree / "boot", "::")
        return image

    @functools.cached_property
    def dead_menu(self):
        """A menu.lst of long ago beside a grub.cfg."""
        cfg = b"timeout=0\nmenuentry Living --id living { linux /boot/tiny }\n"
        return self.tiny("dead-menu", "timeout 0\ntitle Dead\nkernel /boot/vmlinuz-2.6.26\n", [("boot/grub/grub.cfg", cfg)])

    @functools.cached_property
    def users(self):
        """A grub.cfg whose first entry is root's, with the password "open sesame"."""
        made = subprocess.run(["grub-mkpasswd-pbkdf2", "-c", "10000"], input=b"open sesame\n" * 2, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=True)
        cfg = (b"timeout=60\nset superusers=root\npassword_pbkdf2 root " + made.stdout.split()[-1] +
               b"\nmenuentry Closed { linux /boot/tiny }\nmenuentry Open --unrestricted { linux /boot/nothing }\n")
        return self.tiny("users", "", [("boot/grub/grub.cfg", cfg)])

    @functools.cached_property
    def blank(self):
        return self.image("blank", megabytes=1)

    @functools.cached_property
    def ffs2(self):
        tree = self.tree("ffs2", BOOT_CFG, "boot.cfg")
        image = self.image("ffs2")
        run("makefs", "-t", "ffs", "-o", "version=2,bsize=16384,fsize=2048", "-s", "64m", image, tree)
        return image


    # ---- sizes ----

    @functools.cached_property
    def large(self):
        """An initrd of over 64 MiB, and the hash of the file in it that makes it so large."""
        folder = self.folder / "big"
        folder.mkdir(exist_ok=True)
        (folder / "big").write_bytes(random.Random(1).randbytes(BIG_INITRD))
        archive = subprocess.run(["cpio", "--quiet", "-o", "-H", "newc"], cwd=folder, input=b"big\n",
                                 stdout=subprocess.PIPE, check=True).stdout
        initrd = self.folder / "big-initrd"
        initrd.write_bytes(archive + b"\0" * (-len(archive) % 4) + self.initrd.read_bytes())
        return initrd, sha256(folder / "big")

    @functools.cached_property
    def big_initrd(self):
        """A disk with this initrd, and the hash; likewise the next two."""
        initrd, digest = self.large
        tree = self.tree("big-tree", MENU.format(root="(hd0)", marker="big"), initrd=initrd)
        return self.make_ext("big", tree, megabytes=160), digest

    @functools.cached_property
    def big_ffs2(self):
        initrd, digest = self.large
        tree = self.tree("big-ffs2", BOOT_CFG, "boot.cfg", initrd=initrd)
        image = self.image("big-ffs2")
        run("makefs", "-t", "ffs", "-o", "version=2,bsize=16384,fsize=2048", "-s", "160m", image, tree)
        return image, digest

    @functools.cached_property
    def big_fat32(self):
        initrd, digest = self.large
        tree = self.tree("big-fat32", MENU.format(root="(hd0)", marker="fat32"), initrd=initrd)
        image = self.image("big-fat32")
        run("mkfs.fat", "-C", "-F", "32", image, 160 << 10)
        run("mcopy", "-s", "-i", image, tree / "boot", "::")
        return image, digest

    @functools.cached_property
    def odd_initrds(self):
        """A disk with two initrds, of which the first one ends in the middle of a page, and the hash of the file in the second one."""
        folder = self.folder / "odd"
        folder.mkdir(exist_ok=True)
        (folder / "odd").write_bytes(random.Random(2).randbytes(ODD_INITRD))
        archive = subprocess.run(["cpio", "--quiet", "-o", "-H", "newc"], cwd=folder, input=b"odd\n", stdout=subprocess.PIPE, check=True).stdout
        first = self.initrd.read_bytes()
        first += b"\0" * (4096 + 1 - len(first) % 4096)
        text = "timeout 0\ntitle Linux\nkernel /boot/vmlinuz console=hvc0 quiet marker=odd\ninitrd /boot/first.gz /boot/second\n"
        tree = self.tree("odd-initrds", text, files=[("boot/first.gz", first), ("boot/second", archive)])
        return self.make_ext("odd-initrds", tree, options=("-b", "4096")), sha256(folder / "odd")

    @functools.cached_property
    def grub(self):
        """A small kernel: GRUB's own xen image."""
        return self.menu("grub", "timeout 0\ntitle GRUB\nkernel /boot/grub.bin\n",
                         [("boot/grub.bin", GRUB.read_bytes())])

    @functools.cached_property
    def grub_pvh(self):
        """The same of 32 bits, for PVH."""
        return self.tiny("grub-pvh", "timeout 0\ntitle GRUB\nkernel /boot/grub.bin\n", [("boot/grub.bin", GRUB_PVH.read_bytes())])

    @functools.cached_property
    def second_try(self):
        """The same, but a kernel that is too large for any small domain is tried first."""
        text = "timeout 0\nfallback 1\ntitle Large\nkernel /boot/large\ntitle GRUB\nkernel /boot/grub.bin\n"
        large = with_field(small_kernel(), 64 + 40, 1 << 30)
        return self.menu("second-try", text, [("boot/large", large), ("boot/grub.bin", GRUB.read_bytes())])

    @functools.cached_property
    def without_entry(self):
        """A Linux whose header names another payload, of a kernel for PV alone; what it unpacks itself is its own."""
        other = gzip.compress(small_kernel())
        kernel = bytearray(self.kernel.read_bytes() + other)
        setup = (kernel[0x1F1] + 1) * 512
        struct.pack_into("<II", kernel, 0x248, len(kernel) - len(other) - setup, len(other))
        text = MENU.format(root="(hd0)", marker="without-entry").replace("vmlinuz", "without-entry")
        return self.menu("without-entry", text, [("boot/without-entry", kernel)])

    # ---- the probe ----

    probe_arguments = "one two  three"

    @functools.cached_property
    def probe_initrd(self):
        """Not a whole number of pages."""
        path = self.folder / "probe-initrd"
        path.write_bytes(bytes(range(256)) * 41 + b"tail")
        return path

    def probe(self, variant):
        """A disk whose only entry is this variant of the probe."""
        root = self.folder / f"probe-{variant}"
        shutil.rmtree(root, ignore_errors=True)
        (root / "boot/grub").mkdir(parents=True)
        shutil.copy(self.build / "probe" / variant, root / "boot/probe")
        shutil.copy(self.probe_initrd, root / "boot/initrd")
        (root / "boot/grub/menu.lst").write_text(
            f"timeout 0\ntitle Probe\nkernel /boot/probe {self.probe_arguments}\ninitrd /boot/initrd\n")
        return self.make_ext(f"probe-{variant}", root, megabytes=8)

    @functools.cached_property
    def probe_twice(self):
        """The probe, and as a fallback the probe."""
        root = self.folder / "probe-twice"
        shutil.rmtree(root, ignore_errors=True)
        (root / "boot/grub").mkdir(parents=True)
        shutil.copy(self.build / "probe/plain", root / "boot/probe")
        (root / "boot/grub/menu.lst").write_text(
            "timeout 0\nfallback 1\ntitle Once\nkernel /boot/probe\ntitle Again\nkernel /boot/probe\n")
        return self.make_ext("probe-twice", root, megabytes=8)

    @functools.cached_property
    def bad_then_probe(self):
        """Kernels that cannot be started in 64 MiB, and what is said of each; the last entry's is the probe."""
        bad = [
            ("cut", small_kernel()[:0x1800], "truncated: a segment"),
            ("large", with_field(small_kernel(), 64 + 40, 1 << 30), "the domain's 64 MiB are too small: to start this kernel takes at least 10"),
            ("outside", with_field(small_kernel(), 24, 0x1234), "its entry point is outside of it"),
            ("xens", small_kernel(base=0xFFFF800000000000), "Xen refuses the kernel's addresses: VIRT_BASE 0xffff800000000000"),
            ("ours", small_kernel(base=0xFFFFC01000000000), "from VIRT_BASE 0xffffc01000000000 on, are the loader's own"),
            ("endless", subprocess.run("head -c 1G /dev/zero | zstd -q", shell=True, stdout=subprocess.PIPE, check=True).stdout,
             "no memory to unpack its zstd data"),
        ]
        kernels = [(name, contents) for name, contents, _ in bad] + [("probe", (self.build / "probe/plain").read_bytes())]
        return self.in_turn("bad-then-probe", kernels), [sentence for *_, sentence in bad]

    @functools.cached_property
    def bad_then_pvh_probe(self):
        """The same for 64 MiB of PVH."""
        bad = [
            ("pv", small_kernel(), "a kernel for PV only: it needs a domain with pvshim=1"),
            ("outside", pvh_kernel(0x1000000, entry=0x1001000), "its entry point is outside of it"),
            ("large", pvh_kernel(0x1000000, size=90 << 20), "the domain's 64 MiB are too small: to start this kernel takes at least 1"),
            ("acpi", pvh_kernel(0xFC000000), "its addresses, from 0xfc000000 on, are no memory, but firmware's or a device's"),
            ("high", pvh_kernel(0xFFFFF000, size=0x2000), "a segment's addresses or sizes cannot be right"),
        ]
        kernels = [(name, contents) for name, contents, _ in bad] + [("probe", (self.build / "probe/pvh").read_bytes())]
        return self.in_turn("bad-then-pvh-probe", kernels), [sentence for *_, sentence in bad]

    @functools.cached_property
    def packed(self):
        """A kernel whose entry is nowhere, packed in every way; then one of plain `xz`, which starts."""
        lost = with_field(small_kernel(), 24, 0x1234) + random.Random(2).randbytes(1 << 19) + bytes(5 << 19)
        kernels = [(f"lost-{number}", pack(program, lost)) for number, program in enumerate(VARIANTS)]
        return self.in_turn("packed", [*kernels, ("grub.xz", pack("xz", GRUB.read_bytes()))], megabytes=32)

    def in_turn(self, name, kernels, megabytes=8):
        """A disk whose entries are these kernels, pairs of a name and bytes; each falls back to the next."""
        root = self.folder / name
        shutil.rmtree(root, ignore_errors=True)
        (root / "boot/grub").mkdir(parents=True)
        menu = "timeout 0\nfallback " + " ".join(str(number) for number in range(1, len(kernels))) + "\n"
        for kernel, contents in kernels:
            (root / "boot" / kernel).write_bytes(contents)
            menu += f"title {kernel}\nkernel /boot/{kernel}\n"
        (root / "boot/grub/menu.lst").write_text(menu)
        return self.make_ext(name, root, megabytes=megabytes)

    @functools.cached_property
    def modules(self):
        """The plain probe, with two modules, one of them packed."""
        root = self.folder / "modules"
        shutil.rmtree(root, ignore_errors=True)
        (root / "boot/grub").mkdir(parents=True)
        shutil.copy(self.build / "probe/plain", root / "boot/probe")
        (root / "boot/initrd").write_bytes(gzip.compress(self.probe_initrd.read_bytes()))
        (root / "boot/small").write_bytes(b"small!\n")
        (root / "boot/grub/menu.lst").write_text(
            "timeout 0\ntitle Modules\nkernel /boot/probe\nmodule /boot/initrd first\nmodulenounzip (hd0)/boot/small\n")
        return self.make_ext("modules", root, megabytes=8)

    def multiboot(self, name, kernel, menu, text):
        """A multiboot kernel with two modules."""
        root = self.folder / name
        shutil.rmtree(root, ignore_errors=True)
        (root / "boot/grub").mkdir(parents=True)
        shutil.copy(self.build / "probe" / kernel, root / "boot/kernel")
        shutil.copy(self.probe_initrd, root / "boot/one")
        (root / "boot/two").write_bytes(b"small!\n")
        (root / "boot/grub" / menu).write_text(text)
        return self.make_ext(name, root, megabytes=8)

    @functools.cached_property
    def multiboot1(self):
        return self.multiboot("multiboot1", "multiboot1.bin", "menu.lst",
                              "timeout 0\ntitle Multiboot\nkernel /boot/kernel one two\nmodule /boot/one first\nmodule /boot/two\n")

    @functools.cached_property
    def multiboot2(self):
        return self.multiboot("multiboot2", "multiboot2", "grub.cfg",
                              "timeout=0\nmenuentry Multiboot {\n multiboot2 /boot/kernel one two\n module2 /boot/one first\n module2 /boot/two\n}\n")

    # ---- choices and failures ----

    @functools.cached_property
    def choice(self):
        text = ("timeout 20\ndefault 0\ntitle First\n" + LINUX.format(marker="first") +
                "title Second\n" + LINUX.format(marker="second") +
                "title Truncated kernel\nkernel /boot/truncated\ntitle No kernel\nkernel /boot/nothing\n")
        return self.menu("choice", text, [("boot/truncated", self.kernel.read_bytes()[:3 << 20])])

    @functools.cached_property
    def fallback(self):
        text = ("timeout 0\ndefault 0\nfallback 1 2\ntitle Gone\nkernel /boot/nothing\n"
                "title Also gone\nkernel /boot/vmlinuz\ninitrd /boot/no-initrd\n"
                "title Good\n" + LINUX.format(marker="fallback"))
        return self.menu("fallback", text)

    @functools.cached_property
    def corrupt_kernel(self):
        """The default kernel is cut off; the next one is good, and small."""
        text = ("timeout 0\nfallback 1\ntitle Cut off\nkernel /boot/truncated\ntitle Good\nkernel /boot/tiny\n")
        return self.tiny("corrupt", text, [("boot/truncated", self.kernel.read_bytes()[:3 << 20])])

    # ---- menus in front of a small kernel ----

    def tiny(self, name, text, files=(), kind="ext4"):
        """A disk with this menu.lst and a small kernel, /boot/tiny: GRUB's xen image."""
        root = self.folder / name
        shutil.rmtree(root, ignore_errors=True)
        (root / "boot/grub").mkdir(parents=True)
        (root / "boot/xen").mkdir()
        (root / "boot/tiny").write_bytes(GRUB.read_bytes())
        if text:
            (root / "boot/grub/menu.lst").write_text(text)
        for file, contents in files:
            (root / file).write_bytes(contents)
        return self.make_ext(name, root, kind, megabytes=16)

    @functools.cached_property
    def secret(self):
        """Its menu is locked, and so is its second entry; the password is "open sesame"."""
        text = (f"timeout 60\npassword --md5 {PASSWORD_HASH}\ntitle Open\nkernel /boot/tiny\n"
                "title Locked\nlock\nkernel /boot/tiny\n")
        return self.tiny("secret", text)

    @functools.cached_property
    def saved(self):
        """Each entry makes the other one the next default."""
        text = ("timeout 0\ndefault saved\ntitle One\nsavedefault 1\nkernel /boot/tiny\n"
                "title Two\nsavedefault 0\nkernel /boot/tiny\n")
        return self.tiny("saved", text, [("boot/grub/default", b"0\n#\n#\n#\n")])

    @functools.cached_property
    def crowd(self):
        """300 entries, of which only one boots."""
        text = "timeout 60\n" + "".join(
            f"title Entry {i}\nkernel /boot/{'tiny' if i == 299 else 'nothing'}\n" for i in range(1, 301))
        return self.tiny("crowd", text)

    @functools.cached_property
    def few(self):
        return self.tiny("few", "timeout 60\ntitle First\nkernel /boot/tiny\ntitle Second\nkernel /boot/tiny\n",
                         [("boot/refused", small_kernel(base=0xFFFF800000000000))])

    @functools.cached_property
    def few_with_fallback(self):
        return self.tiny("few-fallback", "timeout 600\nfallback 1\ntitle First\nkernel /boot/tiny\ntitle Second\nkernel /boot/tiny\n")

    def without_menu(self, name, loader):
        """No menu, but a pvboot, and a kernel of NetBSD's name."""
        return self.tiny(name, "", [("boot/xen/pvboot-x86_64.elf", loader), ("netbsd", b"which is none")])

    @functools.cached_property
    def next_stage(self):
        """Its pvboot is another build than the loader, as far as one can tell."""
        loader = bytearray((self.build / "pvboot-x86_64.elf").read_bytes())
        loader[loader.index(b"GNU\0") + 4] ^= 0xFF  # the first byte of the build's id
        return self.without_menu("next-stage", loader)

    @functools.cached_property
    def same_stage(self):
        return self.without_menu("same-stage", (self.build / "pvboot-x86_64.elf").read_bytes())

    @functools.cached_property
    def damaged(self):
        """ext4 whose superblock says nonsense."""
        image = self.image("damaged")
        shutil.copy(self.ext4, image)
        with open(image, "r+b") as disk:
            disk.seek(1024 + 32)  # blocks per group
            disk.write(b"\0\0\0\0")
        return image
