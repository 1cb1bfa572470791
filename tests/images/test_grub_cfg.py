# SPDX-License-Identifier: BSD-2-Clause
"""Disks whose grub.cfg boots as it is: what Debian's grub-mkconfig writes, in the partition that it wrote it for."""

import subprocess

import debian
import pytest
from small_kernel import small_kernel
from test_configs import results

UUID = "6f5cc7dd-8b1a-4f9c-8e0e-9e2a3b1c4d5f"
ROOT = "root=/dev/xvda{number} ro"


def put_into_table(image, table, number):
    """The file system `image` becomes a partition of a disk with such a table."""
    disk = image.with_suffix(".disk")
    script = f"label: {'dos' if table == 'msdos' else 'gpt'}\n"
    script += "".join(f"start={2048 * (i + 1)}, size={2048 if i + 1 < number else 32768}\n" for i in range(number))
    disk.write_bytes(bytes(2048 * number * 512) + image.read_bytes() + bytes(1 << 20))
    subprocess.run(["sfdisk", "-q", disk], input=script, text=True, check=True, capture_output=True)
    return disk


@pytest.fixture
def debian_disk(tmp_path):
    """debian_disk(table, number, change) makes a disk with Debian on ext4; `change` gets the tree before that."""

    def make(table="msdos", number=1, change=lambda tree: None, **options):
        tree = debian.debian(tmp_path, small_kernel(b"linux"), bytes(3000), UUID, table=table, number=number, **options)
        change(tree)
        image = tmp_path / "image"
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-U", UUID, "-d", tree, image, "16M"], check=True)
        return put_into_table(image, table, number) if table else image

    return make


@pytest.mark.parametrize("table,number", [("msdos", 1), ("msdos", 2), ("gpt", 1), ("gpt", 3)])
def test_debian_boots_as_it_is(pvboot, debian_disk, table, number):
    done = pvboot.run(debian_disk(table, number), "check")
    root = ROOT.format(number=number)
    assert done.stderr == "" and done.returncode == 0
    assert f"config (hd0,{number - 1})/boot/grub/grub.cfg\n>  0  Debian GNU/Linux\n" in done.stdout
    assert list(results(done.stdout)) == [f"{root} console=hvc0 quiet", *([
        f"{root} console=hvc0 quiet", f"{root} single console=hvc0"] * 2)]


@pytest.mark.skipif(not debian.can_install(), reason="grub-install wants root and a loop device")
def test_what_grub_install_writes(pvboot, debian_disk, tmp_path):
    """GRUB's own folder is beside grub.cfg, and EFI's partition has a stub, as the image begins that Debian has signed."""
    image = debian_disk(table=None)
    stub = debian.install(image, tmp_path)
    assert stub.startswith(f"search.fs_uuid {UUID} root")
    (tmp_path / "grub.cfg").write_text(stub + "configfile $prefix/grub.cfg\n")
    esp, disk = tmp_path / "esp", put_into_table(image, "gpt", 2)
    subprocess.run(["mkfs.fat", "-C", esp, "1024"], check=True, capture_output=True)
    subprocess.run(["mmd", "-i", esp, "::EFI", "::EFI/debian"], check=True)
    subprocess.run(["mcopy", "-i", esp, tmp_path / "grub.cfg", "::EFI/debian"], check=True)
    with disk.open("r+b") as file:
        file.seek(1 << 20)
        file.write(esp.read_bytes())
    for options in ([], ["-x", "(hd0,gpt1)/EFI/debian/grub.cfg"]):
        done = pvboot.run(disk, *options, "check")
        assert done.stderr == "" and "config (hd0,1)/boot/grub/grub.cfg\n" in done.stdout
        assert len([line for line in results(done.stdout) if line.startswith("root=/dev/xvda1 ro")]) == 5


@pytest.mark.parametrize("settings,first", [
    ("GRUB_DEFAULT=2", "0"),
    ("GRUB_DEFAULT='1>2'", "3"),
    (f"GRUB_DEFAULT='1>gnulinux-{debian.OLD_VERSION}-advanced-{UUID}'", "3"),
    (f"GRUB_DEFAULT='Advanced options for Debian GNU/Linux>Debian GNU/Linux, with Linux {debian.VERSION}'", "1"),
    ("GRUB_DEFAULT=1", "1"),
    ("GRUB_DISABLE_SUBMENU=y\nGRUB_DEFAULT=3", "3"),
])
def test_default_names_an_entry(pvboot, debian_disk, settings, first):
    menu = pvboot.run(debian_disk(settings=settings + "\n"), "menu")
    assert [line.split()[1] for line in menu.stdout.splitlines() if line.startswith(">")] == [first]
    there_is_none = "there is no entry" in menu.stderr
    assert there_is_none == (settings == "GRUB_DEFAULT=2")


@pytest.mark.parametrize("name,value,first", [("saved_entry", "1>3", "4"), ("next_entry", "1>1", "2")])
def test_default_that_grubenv_keeps(pvboot, debian_disk, name, value, first):
    def change(tree):
        subprocess.run(["grub-editenv", tree / "boot/grub/grubenv", "set", f"{name}={value}"], check=True)

    menu = pvboot.ok(debian_disk(settings="GRUB_DEFAULT=saved\n", change=change), "menu")
    assert [line.split()[1] for line in menu.splitlines() if line.startswith(">")] == [first]


def test_file_systems_that_were_looked_at_for_kernels_stay(pvboot, tmp_path):
    """The tool's file systems lie where configs do: what is given back after a look is only the configs."""
    for label, files in (("one", {"boot/grub/menu.lst": b"title Dead\nkernel /gone\n", "boot/grub/grub.cfg": b"""
            search --label two --set=dev
            for i in 1 2 3; do if [ -f ($dev)/boot/kernel ]; then menuentry "There $i" { linux ($dev)/boot/kernel; }; fi; done
            """}), ("two", {"boot/kernel": small_kernel(b"linux")})):
        for path, data in files.items():
            (tmp_path / label / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / label / path).write_bytes(data)
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-L", label, "-d", tmp_path / label, tmp_path / f"{label}.img", "16M"], check=True)
    menu = pvboot.run(tmp_path / "one.img", "-d", tmp_path / "two.img", "menu")
    assert [line[6:] for line in menu.stdout.splitlines() if "There" in line] == ["There 1", "There 2", "There 3"], menu.stderr
