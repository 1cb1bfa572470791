# SPDX-License-Identifier: BSD-2-Clause
"""grub.cfg files of the kinds that distributions write: which entries they have, and what these would boot."""

import subprocess
from pathlib import Path

import grub
import pytest

CONFIGS = Path(__file__).resolve().parents[1] / "configs"
QUIET = "root=UUID=6f5cc7dd-8b1a-4f9c-8e0e-9e2a3b1c4d5f ro"
ROOT = "root=UUID=c3a9b6f0-2a55-4a54-a62c-2a5f6b7b3d11 ro"

LISTS = {
    "debian12": f"""\
Debian GNU/Linux  id=gnulinux-simple-6f5cc7dd
    linux /boot/vmlinuz-6.1.0-18-amd64 {QUIET} quiet
    initrd /boot/initrd.img-6.1.0-18-amd64
Erweiterte Optionen für Debian GNU/Linux >  id=gnulinux-advanced-6f5cc7dd
    Debian GNU/Linux, mit Linux 6.1.0-18-amd64  id=gnulinux-6.1.0-18-amd64-advanced-6f5cc7dd
        linux /boot/vmlinuz-6.1.0-18-amd64 {QUIET} quiet
        initrd /boot/initrd.img-6.1.0-18-amd64
    Debian GNU/Linux, mit Linux 6.1.0-18-amd64 (recovery mode)  id=gnulinux-6.1.0-18-amd64-recovery-6f5cc7dd
        linux /boot/vmlinuz-6.1.0-18-amd64 {QUIET} single
        initrd /boot/initrd.img-6.1.0-18-amd64
Windows 10 (auf /dev/xvda2)  id=osprober-chain-01D8
    chainloader +1
""",
    "debian8": """\
Debian GNU/Linux  id=gnulinux-simple-0a1b
    linux /vmlinuz-3.16.0-4-amd64 root=/dev/xvda2 ro quiet
    initrd /initrd.img-3.16.0-4-amd64
Advanced options for Debian GNU/Linux >  id=gnulinux-advanced-0a1b
    Debian GNU/Linux, with Linux 3.16.0-4-amd64 (sysvinit)  id=gnulinux-3.16.0-4-amd64-init-sysvinit-0a1b
        linux /vmlinuz-3.16.0-4-amd64 root=/dev/xvda2 ro quiet init=/lib/sysvinit/init
        initrd /initrd.img-3.16.0-4-amd64
Advanced options for Debian GNU/Linux (with Xen hypervisor) >  id=xen-advanced-0a1b
    Debian GNU/Linux, with Xen 4.4-amd64 and Linux 3.16.0-4-amd64  id=xen-0a1b
        multiboot /xen-4.4-amd64.gz placeholder
        module /vmlinuz-3.16.0-4-amd64 placeholder root=/dev/xvda2 ro quiet
        module --nounzip /initrd.img-3.16.0-4-amd64
""",
    "debian9": f"""\
Debian GNU/Linux  id=gnulinux-simple-9e
    linux /boot/vmlinuz-4.9.0-19-amd64 {ROOT} quiet
    initrd /boot/initrd.img-4.9.0-19-amd64
Advanced options for Debian GNU/Linux >  id=gnulinux-advanced-9e
    Debian GNU/Linux, with Linux 4.9.0-19-amd64  id=gnulinux-4.9.0-19-amd64-advanced-9e
        linux /boot/vmlinuz-4.9.0-19-amd64 {ROOT} quiet
        initrd /boot/initrd.img-4.9.0-19-amd64
    Debian GNU/Linux, with Linux 4.9.0-19-amd64 (recovery mode)  id=gnulinux-4.9.0-19-amd64-recovery-9e
        linux /boot/vmlinuz-4.9.0-19-amd64 {ROOT} single
        initrd /boot/initrd.img-4.9.0-19-amd64
    Debian GNU/Linux, with Linux 4.9.0-8-amd64  id=gnulinux-4.9.0-8-amd64-advanced-9e
        linux /boot/vmlinuz-4.9.0-8-amd64 {ROOT} quiet
        initrd /boot/initrd.img-4.9.0-8-amd64
    Debian GNU/Linux, with Linux 4.9.0-8-amd64 (recovery mode)  id=gnulinux-4.9.0-8-amd64-recovery-9e
        linux /boot/vmlinuz-4.9.0-8-amd64 {ROOT} single
        initrd /boot/initrd.img-4.9.0-8-amd64
""",
    "debian10": """\
Debian GNU/Linux  id=gnulinux-simple-10e
    linux /vmlinuz-4.19.0-27-amd64 root=/dev/mapper/vg-root ro console=tty0 console=ttyS0,115200n8 quiet
    initrd /initrd.img-4.19.0-27-amd64
Advanced options for Debian GNU/Linux >  id=gnulinux-advanced-10e
    Debian GNU/Linux, with Linux 4.19.0-27-amd64  id=gnulinux-4.19.0-27-amd64-advanced-10e
        linux /vmlinuz-4.19.0-27-amd64 root=/dev/mapper/vg-root ro console=tty0 console=ttyS0,115200n8 quiet
        initrd /initrd.img-4.19.0-27-amd64
    Debian GNU/Linux, with Linux 4.19.0-27-amd64 (recovery mode)  id=gnulinux-4.19.0-27-amd64-recovery-10e
        linux /vmlinuz-4.19.0-27-amd64 root=/dev/mapper/vg-root ro single console=tty0
        initrd /initrd.img-4.19.0-27-amd64
""",
    "debian11": f"""\
Debian GNU/Linux, with Linux 5.10.0-30-amd64  id=gnulinux-5.10.0-30-amd64-advanced-11e
    linux /boot/vmlinuz-5.10.0-30-amd64 {ROOT} net.ifnames=0 quiet
    initrd /boot/initrd.img-5.10.0-30-amd64
Debian GNU/Linux, with Linux 5.10.0-30-amd64 (recovery mode)  id=gnulinux-5.10.0-30-amd64-recovery-11e
    linux /boot/vmlinuz-5.10.0-30-amd64 {ROOT} single net.ifnames=0
    initrd /boot/initrd.img-5.10.0-30-amd64
Memory test (memtest86+)
    linux16 /boot/memtest86+.bin
""",
    "ubuntu24": f"""\
Ubuntu  id=gnulinux-simple-24e
    linux /boot/vmlinuz-6.8.0-45-generic {ROOT} quiet splash vt.handoff=7
    initrd /boot/initrd.img-6.8.0-45-generic
Advanced options for Ubuntu >  id=gnulinux-advanced-24e
    Ubuntu, with Linux 6.8.0-45-generic  id=gnulinux-6.8.0-45-generic-advanced-24e
        linux /boot/vmlinuz-6.8.0-45-generic {ROOT} quiet splash vt.handoff=7
        initrd /boot/initrd.img-6.8.0-45-generic
    Ubuntu, with Linux 6.8.0-45-generic (recovery mode)  id=gnulinux-6.8.0-45-generic-recovery-24e
        linux /boot/vmlinuz-6.8.0-45-generic {ROOT} recovery nomodeset dis_ucode_ldr
        initrd /boot/initrd.img-6.8.0-45-generic
""",
    "rhel8": "", "rhel10": "",  # their entries are files: tests/images/test_configs.py
    "debian13": """\
Debian GNU/Linux, with Linux 6.12.41+deb13-amd64  id=gnulinux-6.12.41+deb13-amd64-advanced-7c
    linux /boot/vmlinuz-6.12.41+deb13-amd64 root=PARTUUID=7c ro console=tty0 console=hvc0
    initrd /boot/initrd.img-6.12.41+deb13-amd64
Debian GNU/Linux, with Linux 6.12.38+deb13-amd64  id=gnulinux-6.12.38+deb13-amd64-advanced-7c
    linux /boot/vmlinuz-6.12.38+deb13-amd64 root=PARTUUID=7c ro console=tty0 console=hvc0
    initrd /boot/initrd.img-6.12.38+deb13-amd64
""",
    "rhel7": """\
Red Hat Enterprise Linux Server (3.10.0-1160.el7.x86_64) 7.9 (Maipo)  id=gnulinux-3.10.0-1160.el7.x86_64-advanced-5e  unrestricted
    linux16 /vmlinuz-3.10.0-1160.el7.x86_64 root=/dev/mapper/rhel-root ro crashkernel=auto rd.lvm.lv=rhel/root rhgb quiet LANG=en_US.UTF-8
    initrd16 /initramfs-3.10.0-1160.el7.x86_64.img
Red Hat Enterprise Linux Server (0-rescue-5e) 7.9 (Maipo)  id=gnulinux-0-rescue-5e-advanced-5e  unrestricted
    linux16 /vmlinuz-0-rescue-5e root=/dev/mapper/rhel-root ro
    initrd16 /initramfs-0-rescue-5e.img
""",
    "arch": """\
Arch Linux, with Linux linux  id=gnulinux-linux-advanced-9d
    linux /boot/vmlinuz-linux root=UUID=9d rw loglevel=3 quiet
    initrd /boot/amd-ucode.img /boot/initramfs-linux.img
Arch Linux, with Linux linux (fallback initramfs)  id=gnulinux-linux-fallback-9d
    linux /boot/vmlinuz-linux root=UUID=9d rw loglevel=3 quiet
    initrd /boot/amd-ucode.img /boot/initramfs-linux-fallback.img
System shutdown
    halt
""",
    "gentoo": """\
Gentoo Linux  id=gentoo
    linux /boot/kernel-6.6.30-gentoo root=/dev/xvda1 rootfstype=ext4
Gentoo Linux (old)
    linux (hd0,1)/boot/kernel.old root=/dev/xvda1
Gentoo Linux (gone)
    linux (hd0,1)/boot/kernel-5.15 root=/dev/xvda1
""",
    "rhel9": "",  # its entries are files: tests/images/test_configs.py
    "ubuntu22": """\
Ubuntu  id=gnulinux-simple-11aa
    linux /vmlinuz-5.15.0-91-generic root=/dev/mapper/vg-root ro quiet splash vt.handoff=7
    initrd /initrd.img-5.15.0-91-generic
Advanced options for Ubuntu >  id=gnulinux-advanced-11aa
    Ubuntu, with Linux 5.15.0-91-generic  id=gnulinux-5.15.0-91-generic-advanced-11aa
        linux /vmlinuz-5.15.0-91-generic root=/dev/mapper/vg-root ro quiet splash vt.handoff=7
        initrd /initrd.img-5.15.0-91-generic
    Ubuntu, with Linux 5.15.0-91-generic (recovery mode)  id=gnulinux-5.15.0-91-generic-recovery-11aa
        linux /vmlinuz-5.15.0-91-generic root=/dev/mapper/vg-root ro recovery nomodeset
        initrd /initrd.img-5.15.0-91-generic
Memory test (memtest86+.elf)
""",
    "opensuse": """\
openSUSE Leap 15.5  id=gnulinux-simple-33cc  hotkey=1  unrestricted
    linux /boot/vmlinuz-5.14.21-150500.55-default root=UUID=33cc splash=silent mitigations=auto
    initrd /boot/initrd-5.14.21-150500.55-default
Advanced options for openSUSE Leap 15.5 >  id=gnulinux-advanced-33cc  hotkey=2
    openSUSE Leap 15.5, with Linux 5.14.21-150500.55-default (recovery mode)  id=gnulinux-recovery-33cc  hotkey=3
        linux /boot/vmlinuz-5.14.21-150500.55-default root=UUID=33cc single
        initrd /boot/initrd-5.14.21-150500.55-default
Start bootloader from a read-only snapshot  users=root
    configfile /.snapshots/grub-snapshot.cfg
""",
    "fedora40": """\
Debug one two  id=debug-one two
    linux (hd0,gpt2)/vmlinuz-debug root=/dev/mapper/fedora-root ro rhgb quiet debug=one two
Debug three  id=debug-three
    linux (hd0,gpt2)/vmlinuz-debug root=/dev/mapper/fedora-root ro rhgb quiet debug=three
    initrd /a.img /b.img
System shutdown
    halt
""",
    "efi-stub": """\
configfile (hd0,msdos1)/boot/grub/grub.cfg
""",
    "hand-made": """\
Plain
    linux /boot/vmlinuz root=/dev/xvda1 ro quiet
    initrd /boot/ucode.img /boot/initrd.img
Rescue "by hand"  id=rescue  hotkey=r
    linux /boot/vmlinuz root=/dev/xvdb2 ro single with blanks=a b
    initrd /boot/ucode.img /boot/initrd.img
Number 1
    linux /boot/linux-1 console=hvc0 translated single $2
Number 3
    linux /boot/linux-3 console=hvc0 translated single $2
More >
    Old /boot/old
        linux /boot/old
    Deeper >
        Deepest
            linux /boot/old deepest
Xen
    multiboot2 /boot/xen.gz dom0_mem=1G
    module2 /boot/vmlinuz placeholder root=/dev/sda1
    module2 --nounzip /boot/initrd.img
""",
}


def test_all_configs_are_listed():
    assert {path.name.removesuffix(".grub.cfg") for path in CONFIGS.glob("*.grub.cfg")} == set(LISTS)


@pytest.mark.parametrize("name", LISTS)
def test_entries(name):
    path = CONFIGS / f"{name}.grub.cfg"
    assert grub.is_accepted_by_grub(path)
    done = subprocess.run([grub.RUN_SCRIPT.parent / "list_entries", path], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (LISTS[name], "")
