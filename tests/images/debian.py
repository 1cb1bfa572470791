# SPDX-License-Identifier: BSD-2-Clause
"""
Debian's boot folder, with the grub.cfg that Debian's own grub-mkconfig writes: it runs where /boot is the tree's and
grub-probe knows the disk that the tree is going to lie on.
"""

import os
import subprocess
import textwrap
from pathlib import Path

VERSION = "6.1.0-18-amd64"
OLD_VERSION = "5.10.0-28-amd64"

PROBE = """\
#!/bin/sh
for word; do
    case $word in
    --target=*) target=${{word#--target=}} ;;
    -t) next=1 ;;
    *) [ -z "$next" ] || target=$word; next= ;;
    esac
done
case $target in
device) echo /dev/xvda{number} ;;
fs_uuid) echo {uuid} ;;
fs) echo {fs} ;;
partmap) echo {table} ;;
hints_string) echo "--hint='hd0,{table}{number}'" ;;
compatibility_hint | drive) echo "hd0,{table}{number}" ;;
*) ;;
esac
"""

SETTINGS = """\
GRUB_DEFAULT=0
GRUB_TIMEOUT=5
GRUB_DISTRIBUTOR=Debian
GRUB_CMDLINE_LINUX_DEFAULT="quiet"
GRUB_CMDLINE_LINUX="console=hvc0"
"""


def mkconfig(folder, boot, uuid, table="msdos", number=1, settings="", subvolume=""):
    """
    Writes boot/grub/grub.cfg for a file system in that partition: ext4, or a subvolume of btrfs; `settings` go into
    /etc/default/grub.
    """
    folder = Path(folder)
    (folder / "default").mkdir(parents=True, exist_ok=True)
    (folder / "default/grub").write_text(SETTINGS + settings)
    probe = folder / "grub-probe"
    probe.write_text(PROBE.format(uuid=uuid, table=table, number=number, fs="btrfs" if subvolume else "ext2"))
    probe.chmod(0o755)
    relative = folder / "grub-mkrelpath"  # which would look for the mount that the tree lies on
    begin = f"/{subvolume}" if subvolume else ""
    relative.write_text(f'#!/bin/sh\nfor word; do :; done\n[ "$word" != / ] || word={"" if subvolume else "/"}\necho "{begin}$word"\n')
    relative.chmod(0o755)
    script = textwrap.dedent(f"""\
        mount --bind {boot} /boot
        mount --bind {folder}/default /etc/default
        mount --bind {probe} /usr/sbin/grub-probe
        mount --bind {relative} /usr/bin/grub-mkrelpath
        grub-mkconfig -o /boot/grub/grub.cfg
        """)
    done = subprocess.run(["unshare", "--mount", "--map-root-user", "sh", "-e", "-c", script],
                          env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"},
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return boot / "grub/grub.cfg"


def can_install():
    """grub-install asks Linux where a folder lies: the image must be mounted."""
    return os.geteuid() == 0 and Path("/dev/loop-control").exists()


def install(image, folder):
    """Runs grub-install for the boot folder of a file system. Returns the script that GRUB's own image starts with."""
    (folder / "mount").mkdir()
    script = textwrap.dedent(f"""\
        mount -o loop {image} {folder}/mount
        grub-install --target=x86_64-xen --boot-directory={folder}/mount/boot
        cp {folder}/mount/boot/grub/x86_64-xen/load.cfg {folder}
        """)
    done = subprocess.run(["unshare", "--mount", "sh", "-e", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return (folder / "load.cfg").read_text()


def debian(folder, kernel, initrd, uuid, versions=(VERSION, OLD_VERSION), **options):
    """A tree with these kernels, grubenv and grub.cfg. Returns it."""
    boot = Path(folder) / "tree/boot"
    (boot / "grub").mkdir(parents=True)
    for version in versions:
        (boot / f"vmlinuz-{version}").write_bytes(kernel)
        (boot / f"initrd.img-{version}").write_bytes(initrd)
        (boot / f"config-{version}").write_text("CONFIG_XEN=y\n")
    subprocess.run(["grub-editenv", boot / "grub/grubenv", "create"], check=True)
    mkconfig(folder, boot, uuid, **options)
    return boot.parent
