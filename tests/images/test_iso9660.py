# SPDX-License-Identifier: BSD-2-Clause
"""ISO 9660 as xorriso and genisoimage make it: Rock Ridge, Joliet, plain names, large files, hybrid images."""

import os
import random
import subprocess
from pathlib import Path

import pytest
from small_kernel import small_kernel
from test_configs import results

LONG = "directory/" * 30
MENU = "title From the CD\nkernel /x\n"


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    """Names, links and depths that ISO 9660 alone does not have."""
    root = tmp_path_factory.mktemp("iso") / "tree"
    (root / "boot").mkdir(parents=True)
    (root / "menu.lst").write_text(MENU)
    for size in (0, 1, 2047, 2048, 2049, 100_000):
        (root / f"boot/{size} Bytes.Data").write_bytes(random.Random(size).randbytes(size))
    (root / "Upper and lower").write_text("case")
    (root / "upper and lower").write_text("another")
    (root / ("long name " * 24)).write_text("long")
    (root / "ünï.😀").write_text("utf-8")
    (root / "up").symlink_to("../up/./boot")
    (root / "absolute").symlink_to("/boot/1 Bytes.Data")
    (root / "boot/sideways").symlink_to("2049 Bytes.Data")
    (root / "long link").symlink_to(LONG + "x")
    (root / "one long component").symlink_to("y" * 250)
    deep = root / "/".join(f"level{i}" for i in range(12))
    deep.mkdir(parents=True)
    (deep / "bottom").write_text("deep")
    (root / "many").mkdir()
    for i in range(700):
        (root / f"many/file number {i}").write_text(f"{i}\n")
    (root / "boot/1 Bytes.Data").chmod(0o750)
    os.utime(root / "menu.lst", (1_000_000_000, 1_000_000_000))
    return root


def make(image: Path, source: Path, *options: str, program: str = "xorriso -as mkisofs -quiet") -> Path:
    subprocess.run([*program.split(), *options, "-o", image, source], check=True, capture_output=True)
    return image


def listing(root: Path) -> dict:
    found = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        found[name] = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
    return found


@pytest.mark.parametrize("program", ["xorriso -as mkisofs -quiet", "genisoimage -quiet"])
@pytest.mark.parametrize("options", [["-R"], ["-R", "-J", "-joliet-long"]])
def test_whole_tree_by_rock_ridge(pvboot, tmp_path, source, program, options):
    image = make(tmp_path / "image", source, *options, program=program)
    found, wanted = listing(pvboot.extract(image, tmp_path / "out")), listing(source)
    if program.startswith("genisoimage"):
        found.pop("rr_moved")  # there is such a directory, and it is empty
    for name in wanted:
        assert found.get(name, "is not there") == wanted[name], name
    assert found.keys() == wanted.keys()
    assert (tmp_path / "out/menu.lst").stat().st_mtime == 1_000_000_000
    info = pvboot.ok(image, "info")
    assert "ISO 9660, Rock Ridge, 2048-byte blocks" in info
    assert "From the CD" in pvboot.ok(image, "menu")


INSTALLER = """\
DEFAULT vesamenu.c32
TIMEOUT 300
MENU TITLE Installer
LABEL install
  MENU LABEL ^Install
  KERNEL /install.amd/vmlinuz
  APPEND vga=788 initrd=/install.amd/initrd.gz --- quiet
LABEL check
  MENU LABEL ^Check the medium
  KERNEL check
  INITRD ../install.amd/initrd.gz
"""


@pytest.mark.parametrize("program", ["xorriso -as mkisofs -quiet", "genisoimage -quiet"])
@pytest.mark.parametrize("names", [["-R"], ["-J"], ["-l"]])
def test_installer_boots_into_its_menu(pvboot, tmp_path, program, names):
    """A CD-ROM that El Torito boots: by Rock Ridge's names, by Joliet's, and by those of ISO 9660 alone."""
    tree = tmp_path / "tree"
    for folder in ("isolinux", "install.amd" if names != ["-l"] else "INSTALL"):
        (tree / folder).mkdir(parents=True)
    text = INSTALLER if names != ["-l"] else INSTALLER.replace("install.amd", "INSTALL")
    (tree / "isolinux/isolinux.bin").write_bytes(bytes(24 << 10))
    (tree / "isolinux/isolinux.cfg").write_text(text)
    (tree / "isolinux/check").write_bytes(small_kernel(b"linux"))
    kernels = tree / ("install.amd" if names != ["-l"] else "INSTALL")
    (kernels / "vmlinuz").write_bytes(small_kernel(b"linux"))
    (kernels / "initrd.gz").write_bytes(bytes(5000))
    image = make(tmp_path / "image", tree, *names, "-b", "isolinux/isolinux.bin", "-c", "isolinux/boot.cat", "-no-emul-boot",
                 "-boot-load-size", "4", "-boot-info-table", program=program)
    done = pvboot.run(image, "check")
    assert done.returncode == 0 and done.stderr == ""
    assert "config (hd0)/isolinux/isolinux.cfg\n" in done.stdout and ">  0  Install\n" in done.stdout
    assert list(results(done.stdout)) == ["vga=788 --- quiet", ""] and done.stdout.count("initrd   4 KiB") == 2
    assert "boots in 30 s" in pvboot.ok(image, "menu")


def test_second_readers(pvboot, tmp_path, source):
    """bsdtar and isoinfo see the same names."""
    image = make(tmp_path / "image", source, "-R")
    names = subprocess.run(["bsdtar", "-tf", image], check=True, capture_output=True, env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout.decode()
    theirs = {name.removeprefix("./").rstrip("/") for name in names.splitlines()} - {".", "", "rr_moved"}
    assert theirs == set(listing(pvboot.extract(image, tmp_path / "out")))
    files = subprocess.run(["isoinfo", "-R", "-f", "-i", image], check=True, capture_output=True).stdout.decode()
    assert "/boot/2049 Bytes.Data" in files


def test_joliet(pvboot, tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/Ünïcode text").write_text("utf-8")
    (tmp_path / "tree/menu.lst").write_text(MENU)
    image = make(tmp_path / "image", tmp_path / "tree", "-J", "-input-charset", "utf-8", program="genisoimage -quiet")
    assert "ISO 9660, Joliet" in pvboot.ok(image, "info")
    assert pvboot.ok(image, "cat", "/ünïcode Text") == "utf-8"
    assert pvboot.ok(image, "cat", "/MENU.lst") == MENU


def test_plain_names(pvboot, tmp_path):
    (tmp_path / "tree/BOOT").mkdir(parents=True)
    (tmp_path / "tree/MENU.LST").write_text(MENU)
    (tmp_path / "tree/BOOT/KERNEL").write_text("kernel")
    image = make(tmp_path / "image", tmp_path / "tree", "-l", program="genisoimage -quiet")
    assert "ISO 9660, 2048-byte blocks" in pvboot.ok(image, "info")
    assert pvboot.ok(image, "cat", "/boot/kernel") == "kernel" and "From the CD" in pvboot.ok(image, "menu")


def test_label_and_uuid(pvboot, tmp_path, source):
    image = make(tmp_path / "image", source, "-R", "-V", "A LABEL", "--modification-date=2023102018471200")
    info = pvboot.ok(image, "info")
    assert "A LABEL" in info and "2023-10-20-18-47-12-00" in info


def test_file_of_several_extents(pvboot, tmp_path):
    """As files over 4 GiB have them: the record of a first file is made to go on in that of the next one, which gets its name."""
    (tmp_path / "tree").mkdir()
    first, last = random.Random(1).randbytes(10 * 2048), random.Random(2).randbytes(5000)
    (tmp_path / "tree/large1").write_bytes(first)
    (tmp_path / "tree/large2").write_bytes(last)
    (tmp_path / "tree/other").write_text("other")
    image = make(tmp_path / "image", tmp_path / "tree", "-R", program="genisoimage -quiet")
    data = bytearray(image.read_bytes())
    flags = data.index(b"LARGE1.;1") - 33 + 25
    assert data[flags] == 0
    data[flags] = 0x80
    image.write_bytes(data.replace(b"LARGE2.;1", b"LARGE1.;1").replace(b"large2", b"large1"))
    assert pvboot.ok(image, "ls", "/").count("large") == 1
    done = subprocess.run([pvboot.program, "-d", image, "cat", "/large1"], check=True, capture_output=True)
    assert done.stdout == first + last and pvboot.ok(image, "cat", "/other") == "other"
    theirs = subprocess.run(["bsdtar", "-xOf", image, "large1"], check=True, capture_output=True)
    assert theirs.stdout == first + last


def test_zisofs_is_refused_by_name(pvboot, tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/packed").write_bytes(b"packed" * 20000)
    (tmp_path / "tree/menu.lst").write_text(MENU)
    subprocess.run(["xorriso", "-outdev", tmp_path / "image", "-map", tmp_path / "tree", "/", "-set_filter", "--zisofs", "/packed", "--"],
                   check=True, capture_output=True)
    done = pvboot.run(tmp_path / "image", "cat", "/packed")
    assert done.returncode == 1 and "/packed: it is packed by zisofs, which is not read" in done.stderr
    assert pvboot.ok(tmp_path / "image", "cat", "/menu.lst") == MENU


@pytest.mark.parametrize("options", [
    ["-partition_offset", "16"],
    ["--protective-msdos-label"],
    ["-append_partition", "2", "0xef", "{esp}"],
    ["-append_partition", "2", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "{esp}", "-appended_part_as_gpt"],
])
@pytest.mark.parametrize("sector", [512, 2048])
def test_hybrid_images(pvboot, tmp_path, source, options, sector):
    """An MBR or a GPT lies before it, on a disk or on a CD-ROM."""
    esp = tmp_path / "esp"
    subprocess.run(["mkfs.fat", "-C", esp, "1440"], check=True, capture_output=True)
    image = make(tmp_path / "image", source, "-R", *[option.format(esp=esp) for option in options])
    done = pvboot.run(f"{image},sector={sector}", "menu")
    assert "From the CD" in done.stdout and done.stderr == "", done.stderr


@pytest.mark.parametrize("place,data,text", [
    (32768 + 128, b"\x03\x00", "ISO 9660: blocks of 3 bytes cannot be right"),
    (32768 + 156, b"\x01", "there is no directory record at byte 32924"),
    (32768 + 158, b"\xff\xff\xff\x7f", "are past its end"),
])
def test_damage(pvboot, tmp_path, source, place, data, text):
    image = make(tmp_path / "image", source, "-R")
    with open(image, "r+b") as file:
        file.seek(place)
        file.write(data)
    done = pvboot.run(image, "menu")
    assert done.returncode == 1 and text in done.stderr, done.stderr
