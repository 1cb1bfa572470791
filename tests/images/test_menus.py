# SPDX-License-Identifier: BSD-2-Clause
"""Menus of more than one file: Boot Loader Specification, extlinux and isolinux."""

import subprocess

import pytest
from small_kernel import small_kernel
from test_configs import results

FEDORA = """\
load_env -f ($root)/grub2/grubenv
set default_kernelopts="root=/dev/vda1 ro"
insmod blscfg
blscfg
if [ "$default" = "" ]; then set default="${saved_entry}"; fi
set timeout=5
"""


def conf(title, version, more=""):
    return f"title {title} ({version})\nversion {version}\nlinux /vmlinuz-{version}\ninitrd /initramfs-{version}.img\n{more}"


@pytest.fixture
def disk(tmp_path):
    """disk(files) makes an ext4 image of them: texts, or None for a kernel; initrds are empty bytes."""

    def make(files):
        for path, text in files.items():
            target = tmp_path / "tree" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(small_kernel(b"linux") if text is None else text if isinstance(text, bytes) else text.encode())
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-L", "menus", "-d", tmp_path / "tree", tmp_path / "image", "16M"],
                       check=True)
        return tmp_path / "image"

    return make


def grubenv(tmp_path, *settings):
    subprocess.run(["grub-editenv", tmp_path / "grubenv", "create"], check=True)
    if settings:
        subprocess.run(["grub-editenv", tmp_path / "grubenv", "set", *settings], check=True)
    return (tmp_path / "grubenv").read_bytes()


def titles(output):
    return [line[6:] for line in output.splitlines() if line[:1] in "> " and line[2:4].strip().isdigit()]


VERSIONS = ["6.8.5-301.fc40.x86_64", "6.8.11-300.fc40.x86_64", "6.9.4-200.fc40.x86_64"]
FILES = {f"vmlinuz-{version}": None for version in VERSIONS} | {f"initramfs-{version}.img": bytes(2000) for version in VERSIONS}


def test_blscfg_newest_first_with_grubenvs_variables(pvboot, disk, tmp_path):
    env = grubenv(tmp_path, "kernelopts=root=UUID=1 ro quiet", f"saved_entry=1234-{VERSIONS[1]}", "tuned_params=isolcpus=1")
    entries = {f"loader/entries/1234-{version}.conf": conf("Fedora Linux", version, "options $kernelopts $tuned_params\n")
               for version in VERSIONS[:2]}
    entries[f"loader/entries/1234-{VERSIONS[2]}.conf"] = conf("Fedora Linux", VERSIONS[2], "grub_users $grub_users\n")
    image = disk({**FILES, **entries, "grub2/grub.cfg": FEDORA, "grub2/grubenv": env})
    done = pvboot.run(image, "check")
    assert done.stderr == "" and done.returncode == 0
    assert titles(done.stdout) == [f"Fedora Linux ({version})" for version in reversed(VERSIONS)]
    assert list(results(done.stdout)) == ["root=/dev/vda1 ro", *["root=UUID=1 ro quiet isolcpus=1"] * 2]
    assert f">  1  Fedora Linux ({VERSIONS[1]})" in done.stdout


def test_blscfg_where_boot_is_no_file_system_of_its_own(pvboot, disk, tmp_path):
    version = VERSIONS[0]
    image = disk({f"boot/vmlinuz-{version}": None, f"boot/initramfs-{version}.img": bytes(100),
                  f"boot/loader/entries/1234-{version}.conf": conf("RHEL", version, "options root=/dev/xvda1\n"),
                  "boot/grub2/grub.cfg": FEDORA.replace("/grub2", "/boot/grub2"), "boot/grub2/grubenv": grubenv(tmp_path)})
    done = pvboot.run(image, "check")
    assert list(results(done.stdout)) == ["root=/dev/xvda1"] and f"(hd0)/boot/vmlinuz-{version}" in done.stdout


def test_entries_without_grub(pvboot, disk):
    entries = {f"loader/entries/{version}.conf": conf("Arch Linux", version, "options root=/dev/xvda1\noptions rw\n")
               for version in VERSIONS}
    image = disk({**FILES, **entries, "loader/loader.conf": f"timeout 3\ndefault {VERSIONS[0]}*\n",
                  "loader/entries/arm.conf": "title Arm\narchitecture aa64\nlinux /vmlinuz\n",
                  "loader/entries/windows.conf": "title Windows\narchitecture X64\nefi /EFI/Microsoft/Boot/bootmgfw.efi\n"})
    done = pvboot.run(image, "check")
    assert "config (hd0)/loader/entries\n" in done.stdout
    assert sorted(titles(done.stdout)) == sorted([f"Arch Linux ({version})" for version in VERSIONS] + ["Windows"])
    assert sorted(filter(None, results(done.stdout))) == ["root=/dev/xvda1 rw"] * 3
    assert f">  3  Arch Linux ({VERSIONS[0]})" in done.stdout or f">  2  Arch Linux ({VERSIONS[0]})" in done.stdout
    assert "/loader/entries/windows.conf: chainloader: it starts another boot loader" in done.stderr
    assert "boots in 3 s" in pvboot.ok(image, "menu")


EXTLINUX = """\
DEFAULT vesamenu.c32
MENU TITLE Boot menu
TIMEOUT 55
INCLUDE more.cfg
LABEL linux
    MENU LABEL ^Alpine Linux
    MENU DEFAULT
    KERNEL vmlinuz-virt
    INITRD initramfs-virt,ucode.img
    APPEND root=UUID=1 modules=ext4
MENU BEGIN old
    MENU TITLE Older kernels
    LABEL old
        LINUX /boot/vmlinuz-old
        APPEND initrd=/boot/initramfs-virt root=/dev/xvda1 single
MENU END
LABEL local
    LOCALBOOT 0
"""


def test_extlinux(pvboot, disk):
    image = disk({"boot/vmlinuz-virt": None, "boot/vmlinuz-old": None, "boot/initramfs-virt": bytes(2000),
                  "boot/ucode.img": bytes(1000), "boot/extlinux.conf": EXTLINUX,
                  "boot/more.cfg": "LABEL more\nLINUX vmlinuz-virt\nAPPEND more\n"})
    done = pvboot.run(image, "check")
    assert titles(done.stdout) == ["more", "Alpine Linux", "old", "local"] and ">  1  Alpine Linux\n" in done.stdout
    assert list(results(done.stdout)) == ["more", "root=UUID=1 modules=ext4", "root=/dev/xvda1 single", None]
    assert "boots in 6 s" in pvboot.ok(image, "menu") and "Boot menu" in pvboot.ok(image, "menu")
    assert "(hd0)/boot/extlinux.conf:17: chainloader: it starts another" in done.stderr


def test_default_line_of_extlinux(pvboot, disk):
    """A label, and more arguments."""
    text = "DEFAULT linux single 2\nLABEL other\nLINUX vmlinuz\nLABEL linux\nLINUX vmlinuz\nAPPEND quiet\n"
    image = disk({"vmlinuz": None, "extlinux.conf": text})
    done = pvboot.run(image, "check")
    assert list(results(done.stdout)) == ["", "quiet single 2"] and ">  1  linux\n" in done.stdout


def test_extlinux_kernel_of_another_label(pvboot, disk):
    text = ("LABEL linux\nLINUX vmlinuz\nINITRD one\nAPPEND quiet\nLABEL again\nKERNEL linux\nLABEL rescue\nKERNEL Linux\nAPPEND single\n"
            "INITRD two\nLABEL none\nKERNEL none\n")
    image = disk({"vmlinuz": None, "one": bytes(1024), "two": bytes(2048), "extlinux.conf": text})
    done = pvboot.run(image, "check")
    assert list(results(done.stdout)) == ["quiet", "quiet", "single", None]
    assert [line.split()[1] for line in done.stdout.splitlines() if "initrd" in line] == ["1", "1", "2"]


DISABLED = """\
PROMPT 1
LABEL heading
    MENU LABEL For those who know
    MENU DISABLE
    KERNEL vmlinuz
MENU BEGIN gone
    MENU LABEL Gone
    MENU DISABLE
    LABEL inner
        KERNEL vmlinuz
MENU END
LABEL linux
    KERNEL vmlinuz
    APPEND quiet
"""


def test_extlinux_disabled(pvboot, disk):
    """Such an entry is shown, is not the default, and cannot be chosen."""
    done = pvboot.run(disk({"vmlinuz": None, "extlinux.conf": DISABLED}), "check")
    assert titles(done.stdout) == ["For those who know", "Gone", "linux"] and ">  2  linux\n" in done.stdout
    assert list(results(done.stdout)) == [None, None, "quiet"]
    for title in ("For those who know", "Gone"):
        assert f"(hd0)/extlinux.conf: {title}: its menu does not let it be chosen (MENU DISABLE)\n" in done.stderr


def test_isolinux_falls_back_to_the_root(pvboot, disk):
    text = "default install\nlabel install\n  kernel install.amd/vmlinuz\n  append initrd=install.amd/initrd.gz quiet\n"
    image = disk({"isolinux/isolinux.cfg": text, "install.amd/vmlinuz": None, "install.amd/initrd.gz": bytes(500)})
    done = pvboot.run(image, "check")
    assert list(results(done.stdout)) == ["quiet"] and done.returncode == 0
    assert "boots in 0 s" in pvboot.ok(image, "menu")


BY_ITSELF = """\
insmod regexp
set timeout=5
for kernel in /boot/vmlinuz-*; do
    regexp --set 1:version 'vmlinuz-(.*)$' "$kernel"
    menuentry "Linux $version" "$kernel" "$version" { linux $2 root=/dev/xvda1; initrd /boot/initrd.img-$3 }
done
for device in (hd*); do for config in $device/old/*/*.cfg; do menuentry "$config" { configfile $1; }; done; done
"""


def test_grub_cfg_that_lists_kernels_itself(pvboot, disk):
    versions = [version.split(".fc")[0] for version in VERSIONS]
    files = {f"boot/vmlinuz-{version}": None for version in versions} | {f"boot/initrd.img-{version}": bytes(9) for version in versions}
    image = disk({**files, "boot/grub/grub.cfg": BY_ITSELF, "old/a/b.cfg": "", "boot/not": ""})
    done = pvboot.run(image, "check")
    assert sorted(titles(done.stdout)) == sorted(["(hd0)/old/a/b.cfg"] + [f"Linux {version}" for version in versions])
    assert sorted(filter(None, results(done.stdout))) == ["root=/dev/xvda1"] * 3
    without = disk({"boot/grub/grub.cfg": BY_ITSELF.replace("insmod regexp", "").replace("regexp", "true")})
    assert titles(pvboot.run(without, "menu").stdout) == ["Linux ", "(hd*)/old/*/*.cfg"]
