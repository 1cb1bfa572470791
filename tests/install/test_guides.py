# SPDX-License-Identifier: BSD-2-Clause
"""The guides: each command that they show is run, and prints what they show; each file in them means something."""

import gzip
import os
import re
import shutil
import struct
import subprocess
import xml.etree.ElementTree

import guides
import pytest
from conftest import make
from small_kernel import VIRT_BASE, elf, note, small_kernel
from system import System

BOTH = elf(note(5, b"xen-3.0\0") + note(6, b"linux\0") + note(8, b"generic\0") + note(1, struct.pack("<Q", VIRT_BASE + 0x100000)) + note(3, struct.pack("<Q", VIRT_BASE)) +
           note(18, struct.pack("<I", 0x100000)), VIRT_BASE + 0x100000, (VIRT_BASE + 0x100000, 0x100000, 0x3000))  # PV and PVH
MENU_LST = """default 0
timeout 5
title Debian GNU/Linux
kernel /boot/vmlinuz root=/dev/xvda ro
initrd /boot/initrd.img
title Debian GNU/Linux, an older kernel
kernel /boot/vmlinuz.old root=/dev/xvda ro
"""
GRUB_CFG = """set timeout=5
menuentry 'Debian GNU/Linux' { linux /boot/vmlinuz root=/dev/xvda ro; initrd /boot/initrd.img; }
menuentry 'Debian GNU/Linux, an older kernel' { linux /boot/vmlinuz.old root=/dev/xvda ro; }
"""


def disk(path, menu, text, kernels=("vmlinuz", "vmlinuz.old")):
    tree = path.with_suffix(".tree")
    boot = tree / "boot"
    (boot / "grub").mkdir(parents=True)
    (boot / "grub" / menu).write_text(text)
    (boot / "initrd.img").write_bytes(bytes(5000))
    for kernel in kernels:
        (boot / kernel).write_bytes(BOTH)
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mke2fs", "-q", "-d", tree, path, "2M"], check=True)
    shutil.rmtree(tree)


def prepare_host(system):
    disk(system.files / "srv/guest.img", "menu.lst", MENU_LST)
    disk(system.files / "srv/broken.img", "menu.lst", MENU_LST, kernels=[])


def prepare_guest(system):
    disk(system.disks / "xvda", "grub.cfg", GRUB_CFG)


def prepare_netbsd(system):
    for name in ("root/netbsd.gz", "root/onetbsd.gz", "netbsd-new.gz"):
        system.write(f"tmp/{name}", gzip.compress(small_kernel(b"NetBSD")))


def prepare_images(system):
    system.write("tmp/tree/hello", b"Hello.\n")


PREPARE = {"host": prepare_host, "customer": prepare_guest, "linux": prepare_guest, "netbsd": prepare_netbsd,
           "images": prepare_images}


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """What the packages install; nothing, where this machine has them."""
    if "PVBOOT_INSTALLED" in os.environ:
        return None
    folder = tmp_path_factory.mktemp("packages")
    make("install", f"DESTDIR={folder}", "PREFIX=/usr")
    return folder / "usr"


@pytest.mark.parametrize("name", PREPARE)
@pytest.mark.skipif(os.geteuid() != 0, reason="only root's programs can become nobody")
def test_guide(name, packages, tmp_path):
    found = [block for block in guides.blocks(guides.GUIDES / f"{name}.md") if block.name != "dom0"]
    system = System(tmp_path)
    for path in ("bin", "lib/pvboot", "share/doc/pvboot", "share/man/man1") if packages else ():
        shutil.copytree(packages / path, system.files / "usr" / path)
    PREPARE[name](system)
    done = system.run("sh", "-c", f"cd /tmp\n{guides.script(found)}")
    guides.check(found, done.stdout)


def test_every_guide_is_tested():
    assert {path.stem for path in guides.GUIDES.iterdir()} == {*PREPARE, "README"}


def domain_of_libvirt():
    (text,) = [block.text for block in guides.blocks(guides.GUIDES / "host.md") if block.language == "xml"]
    return text


def test_libvirts_domain():
    domain = xml.etree.ElementTree.fromstring(domain_of_libvirt())
    assert domain.get("type") == "xen" and domain.findtext("os/kernel") == "/usr/lib/pvboot/pvboot-x86_64.elf"
    assert domain.find("devices/disk/target").get("bus") == "xen"


def said(pattern):
    """XML that the guide has in a sentence."""
    (found,) = re.findall(rf"`({pattern})`", (guides.GUIDES / "host.md").read_text())
    return found


def variant(kind, with_bootloader):
    """The guide's domain, changed as it says."""
    text = domain_of_libvirt()
    if kind == "pv":
        text = re.sub("<type .*</type>", said("<type .*?</type>"), text)
    if with_bootloader:
        text = re.sub(" *<kernel>.*\n", "", text).replace("<os>", said("<bootloader>.*?</bootloader>") + "<os>")
    return text


@pytest.mark.parametrize("with_bootloader", [False, True], ids=["kernel", "bootloader"])
@pytest.mark.parametrize("kind", ["pv", "pvh"])
@pytest.mark.skipif(shutil.which("virt-xml-validate") is None, reason="only the tests of the packages install libvirt-clients")
def test_libvirts_own_schema(kind, with_bootloader, tmp_path):
    (tmp_path / "guest.xml").write_text(variant(kind, with_bootloader))
    done = subprocess.run(["virt-xml-validate", tmp_path / "guest.xml", "domain"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
