# SPDX-License-Identifier: BSD-2-Clause
"""Configs of the kinds that are found in the wild: what each of their entries would boot."""

import re
import subprocess
from pathlib import Path

import pytest
from small_kernel import small_kernel

CONFIGS = Path(__file__).resolve().parents[1] / "configs"
DEBIAN = "root=UUID=6f5cc7dd-8b1a-4f9c-8e0e-9e2a3b1c4d5f ro"
TRIXIE = "6.12.41+deb13-amd64"
MAPPER = "root=/dev/mapper/vg-root ro"
UUID = "c3a9b6f0-2a55-4a54-a62c-2a5f6b7b3d11"
ROOT = f"root=UUID={UUID} ro"
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
    "debian8.grub.cfg": ("grub/grub.cfg", ["vmlinuz-3.16.0-4-amd64"], ["initrd.img-3.16.0-4-amd64", "xen-4.4-amd64.gz"], [
        "root=/dev/xvda2 ro quiet", "root=/dev/xvda2 ro quiet init=/lib/sysvinit/init", NO]),
    "debian9.grub.cfg": ("boot/grub/grub.cfg", ["boot/vmlinuz-4.9.0-19-amd64", "boot/vmlinuz-4.9.0-8-amd64"],
                         ["boot/initrd.img-4.9.0-19-amd64", "boot/initrd.img-4.9.0-8-amd64"], [
        f"{ROOT} quiet", f"{ROOT} quiet", f"{ROOT} single", f"{ROOT} quiet", f"{ROOT} single"]),
    "debian10.grub.cfg": ("grub/grub.cfg", ["vmlinuz-4.19.0-27-amd64"], ["initrd.img-4.19.0-27-amd64"], [
        f"{MAPPER} console=tty0 console=ttyS0,115200n8 quiet", f"{MAPPER} console=tty0 console=ttyS0,115200n8 quiet",
        f"{MAPPER} single console=tty0"]),
    "debian11.grub.cfg": ("boot/grub/grub.cfg", ["boot/vmlinuz-5.10.0-30-amd64"],
                          ["boot/initrd.img-5.10.0-30-amd64", "boot/memtest86+.bin"], [
        f"{ROOT} net.ifnames=0 quiet", f"{ROOT} single net.ifnames=0", NO]),
    "debian12.grub.cfg": ("boot/grub/grub.cfg", ["boot/vmlinuz-6.1.0-18-amd64"], ["boot/initrd.img-6.1.0-18-amd64"], [
        f"{DEBIAN} quiet", f"{DEBIAN} quiet", f"{DEBIAN} single", NO]),
    "debian13.grub.cfg": ("boot/grub/grub.cfg", [f"boot/vmlinuz-{TRIXIE}", "boot/vmlinuz-6.12.38+deb13-amd64"],
                          [f"boot/initrd.img-{TRIXIE}"], ["root=PARTUUID=7c ro console=tty0 console=hvc0", NO]),
    "ubuntu22.grub.cfg": ("grub/grub.cfg", ["vmlinuz-5.15.0-91-generic"], ["initrd.img-5.15.0-91-generic"], [
        NO, f"{MAPPER} quiet splash vt.handoff=7", f"{MAPPER} recovery nomodeset", NO]),  # the first one wants another disk
    "ubuntu24.grub.cfg": ("boot/grub/grub.cfg", ["boot/vmlinuz-6.8.0-45-generic"], ["boot/initrd.img-6.8.0-45-generic"], [
        f"{ROOT} quiet splash vt.handoff=7", f"{ROOT} quiet splash vt.handoff=7", f"{ROOT} recovery nomodeset dis_ucode_ldr"]),
    "rhel7.grub.cfg": ("grub2/grub.cfg", ["vmlinuz-3.10.0-1160.el7.x86_64", "vmlinuz-0-rescue-5e"],
                       ["initramfs-3.10.0-1160.el7.x86_64.img", "initramfs-0-rescue-5e.img"], [
        "root=/dev/mapper/rhel-root ro crashkernel=auto rd.lvm.lv=rhel/root rhgb quiet LANG=en_US.UTF-8",
        "root=/dev/mapper/rhel-root ro"]),
    "arch.grub.cfg": ("boot/grub/grub.cfg", ["boot/vmlinuz-linux"], ["boot/amd-ucode.img", "boot/initramfs-linux.img"], [
        "root=UUID=9d rw loglevel=3 quiet", NO, NO]),
    "opensuse.grub.cfg": ("boot/grub2/grub.cfg", ["boot/vmlinuz-5.14.21-150500.55-default"],
                          ["boot/initrd-5.14.21-150500.55-default"], [
        "root=UUID=33cc splash=silent mitigations=auto", "root=UUID=33cc single", NO]),
    "gentoo.grub.cfg": ("boot/grub/grub.cfg", ["boot/kernel-6.6.30-gentoo", "boot/kernel.old"], [], [
        "root=/dev/xvda1 rootfstype=ext4", "root=/dev/xvda1", NO]),
    "alpine.extlinux.conf": ("boot/extlinux.conf", ["boot/vmlinuz-virt", "boot/vmlinuz-lts"],
                             ["boot/initramfs-virt", "boot/initramfs-lts"], [
        f"root=UUID={UUID} modules=sd-mod,ext4 quiet rootfstype=ext4", f"root=UUID={UUID} modules=sd-mod,ext4", NO]),
    "debian-installer.isolinux.cfg": ("isolinux/isolinux.cfg", ["install.amd/vmlinuz"], ["install.amd/initrd.gz"], [
        "vga=788 --- quiet", "priority=low vga=788 ---"]),
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


# What blscfg's entries are: their titles, their kernels (newest first) and their options.
BLS = {
    "rhel8": ("Red Hat Enterprise Linux ({}) 8.10 (Ootpa)", ["4.18.0-553.8.1.el8_10.x86_64", "4.18.0-80.el8.x86_64"],
              "$kernelopts $tuned_params"),
    "rhel9": ("Red Hat Enterprise Linux ({}) 9.4 (Plow)", ["5.14.0-427.el9.x86_64", "5.14.0-70.13.1.el9_0.x86_64"],
              "$kernelopts crashkernel=1G $tuned_params"),
    "rhel10": ("Red Hat Enterprise Linux ({}) 10.0 (Coughlan)", ["6.12.0-55.12.1.el10_0.x86_64", "6.12.0-55.9.1.el10_0.x86_64"],
               "root=/dev/mapper/rhel-root ro crashkernel=2G-64G:256M,64G-:512M rhgb quiet"),
    "fedora40": ("Fedora Linux ({}) 40 (Server Edition)", ["6.11.3-200.fc40.x86_64", "6.8.5-301.fc40.x86_64"],
                 "$kernelopts $tuned_params"),
}
RHEL8_LINE = "root=/dev/mapper/rhel-root ro crashkernel=auto rhgb quiet"
RHEL9_LINE = "root=/dev/mapper/rhel-root ro console=hvc0 crashkernel=1G"
FEDORA = "root=/dev/mapper/fedora-root ro rhgb quiet"
FEDORA_MORE = [NO, NO]  # the first one's initrds are not there, the second one halts
HIDDEN = ["menu_auto_hide=1", "boot_success=1"]


def saved(name, number):
    return f"saved_entry=5e-{BLS[name][1][number]}"


@pytest.fixture
def bls_disk(tmp_path):
    """A /boot with a grub.cfg that calls blscfg, grubenv with these settings, and an entry's file for each kernel."""

    def make(name, settings):
        title, versions, options = BLS[name]
        tree = tmp_path / "tree"
        (tree / "grub2").mkdir(parents=True)
        (tree / "loader/entries").mkdir(parents=True)
        (tree / "grub2/grub.cfg").write_bytes((CONFIGS / f"{name}.grub.cfg").read_bytes())
        (tree / "vmlinuz-debug").write_bytes(small_kernel(b"linux"))
        subprocess.run(["grub-editenv", tree / "grub2/grubenv", "create"], check=True)
        if settings:
            subprocess.run(["grub-editenv", tree / "grub2/grubenv", "set", *settings], check=True)
        for version in versions:
            (tree / f"vmlinuz-{version}").write_bytes(small_kernel(b"linux"))
            (tree / f"initramfs-{version}.img").write_bytes(bytes(1000))
            (tree / f"loader/entries/5e-{version}.conf").write_text(
                f"title {title.format(version)}\nversion {version}\nlinux /vmlinuz-{version}\n"
                f"initrd /initramfs-{version}.img $tuned_initrd\noptions {options}\n"
                "grub_users $grub_users\ngrub_arg --unrestricted\ngrub_class rhel\n")
        inner, image = tmp_path / "inner", tmp_path / "image"
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-U", UUID, "-d", tree, inner, "8M"], check=True)
        image.write_bytes(bytes(2 << 20) + inner.read_bytes() + bytes(1 << 20))
        table = "label: gpt\nstart=2048, size=2048\nstart=4096, size=16384\n"  # the second one holds it
        subprocess.run(["sfdisk", "-q", image], input=table, text=True, check=True)
        return image

    return make


@pytest.mark.parametrize("name,settings,lines,default,boots", [
    ("rhel8", [], [RHEL8_LINE] * 2, 0, "boots in 5 s"),
    ("rhel8", ["kernelopts=root=UUID=1 ro", "tuned_params=isolcpus=1", saved("rhel8", 1)], ["root=UUID=1 ro isolcpus=1"] * 2, 1,
     "boots in 5 s"),
    ("rhel8", HIDDEN, [RHEL8_LINE] * 2, 0, "boots in 1 s"),
    ("rhel9", [], [RHEL9_LINE] * 2, 0, "boots in 5 s"),
    ("rhel9", ["kernelopts=root=UUID=1 ro", saved("rhel9", 1)], ["root=UUID=1 ro crashkernel=1G"] * 2, 1, "boots in 5 s"),
    ("rhel9", ["boot_counter=0", "boot_success=0"], [RHEL9_LINE] * 2, 1, "boots in 5 s"),
    ("rhel10", [saved("rhel10", 1), "kernelopts=unused"], [BLS["rhel10"][2]] * 2, 1, "boots in 5 s"),
    ("rhel10", [saved("rhel10", 0), "menu_auto_hide=1", "boot_success=0", "boot_counter=0"], [BLS["rhel10"][2]] * 2, 1,
     "boots in 5 s"),
    ("fedora40", [saved("fedora40", 1)], [FEDORA, FEDORA, f'{FEDORA} "debug=one two"', *FEDORA_MORE], 1, "waits for a key"),
    ("fedora40", ["menu_auto_hide=1", "boot_success=0", saved("fedora40", 0)],
     [FEDORA, FEDORA, f'{FEDORA} "debug=one two"', *FEDORA_MORE], 0, "waits for a key"),
    ("fedora40", HIDDEN, [FEDORA, FEDORA, f'{FEDORA} "debug=one two"', *FEDORA_MORE], 0, "boots in 1 s"),
    ("fedora40", ["kernelopts=root=UUID=2 ro", "menu_auto_hide=1", "boot_success=0", "menu_show_once=1"],
     ["root=UUID=2 ro", "root=UUID=2 ro", 'root=UUID=2 ro "debug=one two"', *FEDORA_MORE], 0, "boots in 60 s"),
])
def test_blscfg(pvboot, bls_disk, name, settings, lines, default, boots):
    """Entries are files, which blscfg reads with the variables of grubenv."""
    image = bls_disk(name, settings)
    done = pvboot.run(image, "check")
    found = [line and " ".join(line.split()) for line in results(done.stdout)]
    assert found == lines, done.stdout + done.stderr
    assert done.stderr == "" or name == "fedora40"
    assert f">  {default}  {BLS[name][0].format(BLS[name][1][default])}\n" in done.stdout
    assert boots in pvboot.ok(image, "menu")
