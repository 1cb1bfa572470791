# SPDX-License-Identifier: BSD-2-Clause
"""Configs of the kinds that are found in the wild: what each of their entries would boot."""

import re
import subprocess
from pathlib import Path

import pytest
from small_kernel import small_kernel

CONFIGS = Path(__file__).resolve().parents[1] / "configs"
UUID = "c3a9b6f0-2a55-4a54-a62c-2a5f6b7b3d11"
NO = None  # the entry does not boot

# config: where it lies, the kernels (and NetBSDs) beside it, other files, and for each entry its command line.
CASES = {
    "debian7.menu.lst": ("boot/grub/menu.lst", ["boot/vmlinuz-3.2.0-4-amd64"], ["boot/initrd.img-3.2.0-4-amd64"], [
        "root=UUID=6f5cc7dd-8b1a-4f9c-8e0e-9e2a3b1c4d5f ro quiet",
        "root=UUID=6f5cc7dd-8b1a-4f9c-8e0e-9e2a3b1c4d5f ro single", NO]),
    "ubuntu-ec2.menu.lst": ("boot/grub/menu.lst", ["boot/vmlinuz-3.13.0-170-generic"],
                            ["boot/initrd.img-3.13.0-170-generic"], [
        "root=LABEL=cloudimg-rootfs ro console=hvc0", "root=LABEL=cloudimg-rootfs ro  single", NO, NO]),
    "centos6.grub.conf": ("grub/grub.conf", ["vmlinuz-2.6.32-754.35.1.el6.x86_64", "vmlinuz-2.6.32-754.el6.x86_64"],
                          ["initramfs-2.6.32-754.35.1.el6.x86_64.img", "initramfs-2.6.32-754.el6.x86_64.img"], [
        "ro root=/dev/mapper/VolGroup-lv_root rd_NO_LUKS LANG=en_US.UTF-8 rd_NO_MD rd_LVM_LV=VolGroup/lv_swap "
        "SYSFONT=latarcyrheb-sun16 crashkernel=auto rd_LVM_LV=VolGroup/lv_root KEYBOARDTYPE=pc KEYTABLE=us rd_NO_DM rhgb "
        "quiet", "ro root=/dev/mapper/VolGroup-lv_root console=hvc0"]),
    "amazon-linux.menu.lst": ("boot/grub/menu.lst", ["boot/vmlinuz-4.9.81-35.56.amzn1.x86_64"],
                              ["boot/initramfs-4.9.81-35.56.amzn1.x86_64.img"], [
        "root=LABEL=/ console=ttyS0 console=tty1 selinux=0 nvme_core.io_timeout=4294967295"]),
    "gentoo.grub.conf": ("boot/grub/grub.conf", ["boot/kernel-genkernel-x86_64-4.19", "boot/kernel.old"],
                         ["boot/initramfs-genkernel-x86_64-4.19"], [
        "root=/dev/xvda1   init=/linuxrc", "root=/dev/xvda1"]),
    "manual.menu.lst": ("boot/grub/menu.lst", ["vmlinuz"], [], [
        NO, "root=/dev/xvda1 # this is no comment", NO, NO, NO, NO]),
    "netbsd5.boot.cfg": ("boot.cfg", ["netbsd", "onetbsd"], [], [
        "bootdev=xbd0e", "bootdev=xbd0e -s", "bootdev=xbd0e", NO]),
    "netbsd10.boot.cfg": ("boot.cfg", ["netbsd.gz"], [], ["bootdev=xbd0e", "bootdev=xbd0e -s", NO]),
    "manual.boot.cfg": ("boot.cfg", ["netbsd"], ["foo.kmod"], [
        "bootdev=xbd0e", "bootdev=xbd0e -s", NO, "bootdev=xbd0e", "bootdev=xbd0e", "bootdev=xbd0e", NO]),
}


@pytest.fixture
def disk(tmp_path):
    """A disk whose first partition holds the config and these files."""

    def make(name):
        path, kernels, files, _ = CASES[name]
        contents = {path: (CONFIGS / name).read_bytes(), **{file: bytes(3000) for file in files}}
        contents |= {file: small_kernel(b"NetBSD" if "netbsd" in file else b"linux") for file in kernels}
        for file, data in contents.items():
            (tmp_path / "tree" / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "tree" / file).write_bytes(data)
        inner, image = tmp_path / "inner", tmp_path / "disk.img"
        subprocess.run(["mke2fs", "-q", "-t", "ext2", "-U", UUID, "-d", tmp_path / "tree", inner, "4M"], check=True)
        image.write_bytes(bytes(1 << 20) + inner.read_bytes())
        subprocess.run(["sfdisk", "-q", image], input="start=2048, type=83\n", text=True, check=True)
        return image

    return make


def results(output):
    """The command line of each entry, None for one that would not boot."""
    for entry in re.split(r"^[> ] +\d+  ", output, flags=re.M)[1:]:
        line = re.search(r"^      command  (.*)$", entry, re.M)
        yield line[1] if line and "would boot" in entry else NO


@pytest.mark.parametrize("name", CASES)
def test_config(pvboot, disk, name):
    done = pvboot.run(disk(name), "check")
    assert list(results(done.stdout)) == CASES[name][3], done.stdout + done.stderr


def test_notes_name_the_line(pvboot, disk):
    done = pvboot.run(disk("manual.boot.cfg"), "check")
    assert '(hd0,0)/boot.cfg:8: "userconf" means nothing under Xen, and is passed over' in done.stderr
    assert '"later" is not known, and passed over' in done.stderr
