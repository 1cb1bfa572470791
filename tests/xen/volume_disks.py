# SPDX-License-Identifier: BSD-2-Clause
"""Disks that together hold Linux: made by mdadm, LVM and mkfs, and filled by Linux itself."""

import contextlib

from disks import MENU
from linux_made import Workshop

CFG = """timeout=0
menuentry Linux {
search --no-floppy --label --set=root data
linux /@rootfs/boot/vmlinuz console=hvc0 quiet marker=btrfs
initrd /@rootfs/boot/initrd.gz
}
"""

# The disks, in MiB; how they are made; the menu, and its path.
GROUPS = {
    "xfs-on-lvm": ([24, 40], """lvm vgcreate -q vg $@
lvm lvcreate -q -y -l 100%FREE -n root vg
mkfs.xfs -q /dev/vg/root
mkdir -p /mnt
mount -t xfs /dev/vg/root /mnt
tar -xf $source -C /mnt
""", MENU.format(root="(lvm/vg-root)", marker="xfs-on-lvm"), "boot/grub/menu.lst"),
    "mirror": ([64, 64], """mdadm --create /dev/md/boot --homehost=any --run --quiet --assume-clean --level=1 --raid-devices=2 $@
mkfs.ext4 -q /dev/md/boot
mkdir -p /mnt
mount -t ext4 /dev/md/boot /mnt
tar -xf $source -C /mnt
""", MENU.format(root="(md/boot)", marker="mirror"), "boot/grub/menu.lst"),
    "btrfs": ([160, 160], """modprobe btrfs
mkfs.btrfs -q -L data -d raid1 -m raid1 $@
mkdir -p /mnt
mount -t btrfs -o compress-force=zstd $1 /mnt
btrfs subvolume create /mnt/@rootfs
tar -xf $source -C /mnt/@rootfs
""", CFG, "boot/grub/grub.cfg"),
    "journal-device": ([64, 8], """mkfs.ext4 -q -b 4096 -O journal_dev $2
mkfs.ext4 -q -b 4096 -J device=$2 $1
mkdir -p /mnt
mount -t ext4 $1 /mnt
tar -xf $source -C /mnt
sync
sed -i s/marker=before/marker=replayed/ /mnt/boot/grub/menu.lst
xfs_io -c fsync /mnt/boot/grub/menu.lst
""", MENU.format(root="(hd0)", marker="before"), "boot/grub/menu.lst"),
}
CRASHED = ["journal-device"]  # the power went at the script's end


def make_groups(disks) -> dict:
    """The images of each group, from one start of the Linux guest; or from those before."""
    with contextlib.closing(Workshop(disks.build)) as linux:
        return {name: linux.make(f"xen-{name}", sizes, script, disks.tree(f"group-{name}", menu, path), crash=name in CRASHED)
                for name, (sizes, script, menu, path) in GROUPS.items()}
