# SPDX-License-Identifier: BSD-2-Clause
"""Menus of the wild that are several files, as distributions write them (trees/): what each of their entries would boot."""

import shutil
import subprocess
from pathlib import Path

import pytest
from small_kernel import small_kernel
from test_configs import NO, results

TREES = Path(__file__).parent / "trees"
UUID = "6f5cc7dd-8b1a-4f9c-8e0e-9e2a3b1c4d5f"
COREOS = ("rw mitigations=auto,nosmt ignition.platform.id=metal ignition.firstboot rd.neednet=1 ip=dhcp ostree=/ostree/boot.1/fedora-coreos/c{0}/0 "
          "root=UUID=r{0} rootflags=prjquota")
PROXMOX = "root=ZFS=rpool/ROOT/pve-1 boot=zfs"
TUMBLEWEED = ("quiet security=selinux selinux=1 root=UUID=c3a9b6f0-2a55-4a54-a62c-2a5f6b7b3d11 rootflags=subvol=@/.snapshots/{}/snapshot "
              "systemd.machine_id=6a9857a393724b7a981ebb5b8495b9ea")
NIXOS = "init=/nix/store/{}-nixos-system-guest-23.11/init loglevel=4"
GUIX = "root=/dev/xvda1 gnu.system=/gnu/store/{0}-system gnu.load=/gnu/store/{0}-system/boot quiet"
ARCHISO = "archisobasedir=arch archisosearchuuid=2024-05-01-17-00-00-00"

# tree: the config that opens, kernels and initrds, links, the default entry, and what each entry boots with.
CASES = {
    "fedora-coreos": ("grub2/grub.cfg",
                      [f"ostree/fedora-coreos-c{n}/vmlinuz-6.9.{n}-200.fc40.x86_64" for n in (1, 2)],
                      [f"ostree/fedora-coreos-c{n}/initramfs-6.9.{n}-200.fc40.x86_64.img" for n in (1, 2)], {"loader": "loader.1"}, 0,
                      [COREOS.format(2), COREOS.format(1)]),
    "nixos": ("boot/grub/grub.cfg", ["kernels/1abc-linux-6.6.30-bzImage"], ["kernels/2bcd-initrd-linux-6.6.30-initrd"], {}, 0,
              [NIXOS.format("3def"), NIXOS.format("4efg")]),
    "guix": ("boot/grub/grub.cfg", ["gnu/store/2bcd-linux-libre-6.8.9/bzImage", "gnu/store/5efg-linux-libre-6.8.8/bzImage"],
             ["gnu/store/4def-combined-initrd/initrd.cpio.gz"], {}, 0, [GUIX.format("3cde"), GUIX.format("6fgh")]),
    "proxmox": ("loader/entries", [f"EFI/proxmox/{v}-pve/vmlinuz-{v}-pve" for v in ("6.5.13-5", "6.8.4-3")],
                [f"EFI/proxmox/{v}-pve/initrd.img-{v}-pve" for v in ("6.5.13-5", "6.8.4-3")], {}, 0, [PROXMOX] * 2),
    "tumbleweed": ("loader/entries", [f"opensuse-tumbleweed/6.9.7-1-default/linux-0e4f{n}" for n in (9, 10)],
                   [f"opensuse-tumbleweed/6.9.7-1-default/initrd-77aa{n}" for n in (9, 10)], {}, 0, [TUMBLEWEED.format(10), TUMBLEWEED.format(9)]),
    "rauc": ("EFI/BOOT/grub.cfg", ["slots/a/kernel", "slots/b/kernel"], [], {}, 0, [
        "root=/dev/xvda2 panic=60 quiet rauc.slot=A", "root=/dev/xvda3 panic=60 quiet rauc.slot=B"]),
    "kali": ("isolinux/isolinux.cfg", ["live/vmlinuz", "install/vmlinuz"], ["live/initrd.img", "install/initrd.gz"], {}, 0, [
        "boot=live components quiet splash noeswap",
        "boot=live components noeswap memtest noapic noapm nodma nomce nosmp nosplash vga=788", "vga=788  ---", NO, NO]),
    "archiso": ("boot/syslinux/archiso_sys.cfg", ["arch/boot/x86_64/vmlinuz-linux"], ["arch/boot/x86_64/initramfs-linux.img"], {}, 0, [
        ARCHISO, f"{ARCHISO} accessibility=on", NO, NO, NO, NO]),
}


@pytest.fixture
def disk(tmp_path):
    def make(name):
        _, kernels, initrds, links, *_ = CASES[name]
        tree = shutil.copytree(TREES / name, tmp_path / "tree")
        for path, data in [*((path, small_kernel(b"linux")) for path in kernels), *((path, bytes(3000)) for path in initrds)]:
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_bytes(data)
        for link, target in links.items():
            (tree / link).symlink_to(target)
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-U", UUID, "-L", name, "-d", tree, tmp_path / "image", "16M"], check=True)
        return tmp_path / "image"

    return make


def test_all_trees_are_here():
    assert {path.name for path in TREES.iterdir()} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_tree(pvboot, disk, name):
    config, _, _, _, default, lines = CASES[name]
    done = pvboot.run(disk(name), "check")
    assert f"config (hd0)/{config}\n" in done.stdout, done.stdout + done.stderr
    found = [line and " ".join(line.split()) for line in results(done.stdout)]
    assert found == [line and " ".join(line.split()) for line in lines], done.stdout + done.stderr
    assert f"\n>  {default}  " in done.stdout
    assert done.stderr == "" or NO in lines, done.stderr
