# SPDX-License-Identifier: BSD-2-Clause
"""Menus in subvolumes, where distributions put them: what counts, and what its paths mean."""

import re

import pytest

import debian
from btrfs_maker import FIRST, UUID, Btrfs
from small_kernel import small_kernel
from test_configs import results


def menu(prefix: str, title: str, relative: bool = False) -> bytes:
    """A grub.cfg, with paths as grub-mkrelpath makes them: from the top level, or in the default subvolume."""
    head = 'set btrfs_relative_path="y"\nexport btrfs_relative_path\n' if relative else ""
    return (f"{head}if [ -s $prefix/grubenv ]; then load_env; fi\nset timeout=5\nmenuentry '{title}' {{\n"
            f"search --no-floppy --fs-uuid --set=root {UUID}\nsource {prefix}/boot/which\n"
            f"linux {prefix}/boot/vmlinuz root=UUID={UUID} $env_seen $which\n}}\n").encode()


def boot_files(folder: str, text: bytes) -> dict:
    return {f"boot/{folder}/grub.cfg": text, f"boot/{folder}/grubenv": b"# GRUB Environment Block\nenv_seen=seen\n".ljust(1024, b"#"),
            "boot/vmlinuz": small_kernel()}


def expect_boots(pvboot, image, config, title, kernel):
    done = pvboot.run(image, "check")
    assert f"config {config}\n" in done.stdout and f">  0  {title}\n" in done.stdout, done.stdout + done.stderr
    assert f"kernel   {kernel} " in done.stdout and "command  root=" in done.stdout and " seen" in done.stdout and "would boot" in done.stdout, done.stdout
    return done


@pytest.mark.parametrize("name,folder", [("@rootfs", "grub"), ("@", "grub"), ("root", "grub2")])
def test_subvolume_of_the_root(pvboot, tmp_path, name, folder):
    """Debian's @rootfs, Ubuntu's @, Fedora's root; an older snapshot, deeper down, counts less."""
    fs = Btrfs()
    snapshot, root, home = fs.subvolume(256), fs.subvolume(260), fs.subvolume(261)
    snapshot.fill(boot_files(folder, menu("/snapshots/1/@", "Old")), "zstd")
    root.fill(boot_files(folder, menu(f"/{name}", "New")), "zstd")
    fs.place_subvolume(snapshot, fs.top, fs.top.path("snapshots/1"), "@")
    fs.place_subvolume(root, fs.top, FIRST, name)
    fs.place_subvolume(home, fs.top, FIRST, "@home")
    (image,) = fs.write(tmp_path)
    done = expect_boots(pvboot, image, f"(hd0)/{name}/boot/{folder}/grub.cfg", "New", f"(hd0)/{name}/boot/vmlinuz")
    assert f"(hd0)/snapshots/1/@/boot/{folder}/grub.cfg is there, too" in done.stderr


def test_more_subvolumes_than_are_searched(pvboot, tmp_path):
    fs = Btrfs()
    for number in range(260):
        made = fs.subvolume(256 + number)
        fs.place_subvolume(made, fs.top, FIRST, f"@{number}")
    made.fill(boot_files("grub", menu("/@259", "Last")), "zstd")
    (image,) = fs.write(tmp_path)
    assert "no menu in the first 256 subvolumes, and the others are not searched" in pvboot.run(image, "check").stderr
    assert "would boot" in pvboot.ok(image, "-x", "(hd0)/@259/boot/grub/grub.cfg", "check")


def suse(relative: bool) -> Btrfs:
    fs = Btrfs()
    outer, snapshots = fs.subvolume(256), fs.subvolume(270)
    fs.place_subvolume(outer, fs.top, FIRST, "@")
    fs.place_subvolume(snapshots, outer, FIRST, ".snapshots")
    for number in (1, 2):
        made = fs.subvolume(299 + number)
        made.fill(boot_files("grub2", menu("", f"Snapshot {number}", relative)), "zstd")
        fs.place_subvolume(made, snapshots, snapshots.path(str(number)), "snapshot")
        made.fill({"boot/which": f"set which={number}\n".encode()})
    fs.default = 300
    return fs


def test_default_subvolume(pvboot, tmp_path):
    """openSUSE's: a snapshot, and paths that begin in it."""
    fs = suse(relative=True)
    fs.top.fill({"boot/vmlinuz": b"no kernel"})  # that is not meant
    (image,) = fs.write(tmp_path)
    done = expect_boots(pvboot, image, "(hd0)/boot/grub2/grub.cfg", "Snapshot 1", "(hd0)/boot/vmlinuz")
    assert "(hd0)/@/.snapshots/2/snapshot/boot/grub2/grub.cfg is there, too" in done.stderr


def test_menu_of_another_snapshot(pvboot, tmp_path):
    """What it names is in its own subvolume first, and with btrfs_relative_path in the default one."""
    for relative, which in ((False, 2), (True, 1)):
        (image,) = suse(relative).write(tmp_path)
        done = pvboot.run(image, "-x", "(hd0)/@/.snapshots/2/snapshot/boot/grub2/grub.cfg", "check")
        assert ">  0  Snapshot 2\n" in done.stdout and f" seen {which}\n" in done.stdout and "would boot" in done.stdout, done.stdout + done.stderr


def test_top_level(pvboot, tmp_path):
    fs = Btrfs()
    fs.top.fill(boot_files("grub", menu("", "Top")), "lzo")
    inner = fs.subvolume(300)
    inner.fill(boot_files("grub", menu("/inner", "Inner")))
    fs.place_subvolume(inner, fs.top, FIRST, "inner")
    (image,) = fs.write(tmp_path)
    expect_boots(pvboot, image, "(hd0)/boot/grub/grub.cfg", "Top", "(hd0)/boot/vmlinuz")


def test_several_devices(pvboot, tmp_path):
    fs = Btrfs()
    root = fs.subvolume(256)
    root.fill(boot_files("grub", menu("/@rootfs", "Mirror")), "zstd")
    fs.place_subvolume(root, fs.top, FIRST, "@rootfs")
    images = fs.write(tmp_path, "raid1", 2)
    done = pvboot.run(images[0], "-d", images[1], "check")
    assert "config (btrfs/made)/@rootfs/boot/grub/grub.cfg\n" in done.stdout and "would boot" in done.stdout, done.stdout + done.stderr
    done = pvboot.run(images[1], "check")
    assert "btrfs of (hd0), 1 missing" in done.stderr and "would boot" in done.stdout, done.stdout + done.stderr


def test_many_subvolumes(pvboot, tmp_path):
    """Of menus that do not count only a few are named."""
    fs = Btrfs()
    for number in range(20):
        made = fs.subvolume(300 + number)
        made.fill({"boot/grub/grub.cfg": menu(f"/{number}", f"Number {number}")})
        fs.place_subvolume(made, fs.top, FIRST, str(number))
    (image,) = fs.write(tmp_path)
    done = pvboot.run(image, "check")
    assert "config (hd0)/0/boot/grub/grub.cfg\n" in done.stdout
    assert len(re.findall("is there, too", done.stderr)) == 4 and "15 more are there" in done.stderr, done.stderr


def test_nothing_is_written(pvboot, tmp_path):
    fs = Btrfs()
    fs.top.fill({"boot/vmlinuz": small_kernel(), "boot/grub/default": b"0\n".ljust(512),
                 "boot/grub/menu.lst": b"default saved\ntitle One\nkernel /boot/vmlinuz\nsavedefault\n"})
    (image,) = fs.write(tmp_path)
    before = image.read_bytes()
    assert "would boot" in pvboot.ok(image, "check") and image.read_bytes() == before


def test_what_grub_mkconfig_writes(pvboot, tmp_path):
    """Debian's root in @rootfs: its own grub-mkconfig's paths and rootflags."""
    tree = debian.debian(tmp_path, small_kernel(), bytes(3000), UUID, subvolume="@rootfs")
    fs = Btrfs()
    root = fs.subvolume(256)
    root.fill({str(path.relative_to(tree)): path.read_bytes() for path in tree.rglob("*") if path.is_file()}, "zstd")
    fs.place_subvolume(root, fs.top, FIRST, "@rootfs")
    (image,) = fs.write(tmp_path)
    done = pvboot.run(image, "check")
    line = "root=/dev/xvda1 ro {}rootflags=subvol=@rootfs console=hvc0{}"
    usual, rescue = line.format("", " quiet"), line.format("single ", "")
    assert done.stderr == "" and "config (hd0)/@rootfs/boot/grub/grub.cfg\n" in done.stdout
    assert [re.sub(" +", " ", found) for found in results(done.stdout)] == [usual, usual, rescue, usual, rescue]
    assert f"kernel   (hd0)/@rootfs/boot/vmlinuz-{debian.VERSION} " in done.stdout
