# SPDX-License-Identifier: BSD-2-Clause
"""FAT12, FAT16 and FAT32 as mkfs.fat and mtools make them: whole trees read back and compared."""

import os
import subprocess
from pathlib import Path

import pytest

import tree

# Bits, KiB, options of mkfs.fat; what the tool says of it.
SHAPES = [
    (12, 8000, ["-s", "8"], "FAT12, 4096-byte clusters"),
    (12, 16000, ["-S", "1024", "-s", "16"], "FAT12, 16384-byte clusters"),
    (16, 16384, ["-s", "1"], "FAT16, 512-byte clusters"),
    (16, 65536, [], "FAT16, 2048-byte clusters"),
    (16, 65536, ["-S", "2048"], "FAT16, 8192-byte clusters"),
    (16, 65536, ["-S", "4096", "-s", "2"], "FAT16, 8192-byte clusters"),
    (32, 65536, ["-s", "1"], "FAT32, 512-byte clusters"),
    (32, 65536, ["-s", "1", "-f", "1"], "FAT32, 512-byte clusters"),
    (32, 300_000, [], "FAT32, 4096-byte clusters"),
    (32, 400_000, ["-S", "4096", "-s", "1"], "FAT32, 4096-byte clusters"),
]
ENVIRONMENT = {**os.environ, "MTOOLS_SKIP_CHECK": "1", "LC_ALL": "C.UTF-8"}


def run(*command) -> None:
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr


def make_image(image: Path, source: Path, bits: int, size: int, *options) -> Path:
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    done = subprocess.run(["mkfs.fat", "-F", str(bits), "-n", "MY LABEL", "-i", "1234ABCD", *options, "-C", image, str(size)],
                          capture_output=True, text=True, env={**ENVIRONMENT, "PATH": path})
    assert done.returncode == 0, done.stderr
    run("mcopy", "-i", image, "-s", *sorted(source.iterdir()), "::")
    return image


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    return tree.make_fat_tree(tmp_path_factory.mktemp("fat") / "tree")


@pytest.mark.parametrize("bits,size,options,details", SHAPES)
def test_whole_tree(pvboot, source, tmp_path, bits, size, options, details):
    image = make_image(tmp_path / "image", source, bits, size, *options)
    tree.assert_same(source, pvboot.extract(image, tmp_path / "found"), modes=False)
    assert f'{details}, label "MY LABEL", uuid 1234-ABCD' in pvboot.ok(image, "info")


def test_names_in_either_case(pvboot, source, tmp_path):
    image = make_image(tmp_path / "image", source, 16, 65536)
    for name in ("/NAMES/upper.txt", "/names/UPPER.TXT", "/Names/Lower.Txt", "//names//mixed.CASE"):
        assert pvboot.ok(image, "cat", name).endswith(": " + next(
            n for n in ("UPPER.TXT", "lower.txt", "Mixed.Case") if n.lower() == name.split("/")[-1].lower()) + "\n")


def test_short_names_of_long_ones(pvboot, tmp_path):
    """The name that DOS would show is a name too, in either case; what is listed is the long one."""
    folder = tmp_path / "tree"
    (folder / "Long Directory").mkdir(parents=True)
    (folder / "Long Directory/vmlinuz-6.1.0-amd64").write_text("kernel\n")
    image = make_image(tmp_path / "image", folder, 16, 16384)
    for path in ("/LONGDI~1/VMLINU~1.0-A", "/longdi~1/vmlinu~1.0-a", "/Long Directory/VMLINU~1.0-A"):
        assert pvboot.ok(image, "cat", path) == "kernel\n"
    assert pvboot.ok(image, "ls", "/LONGDI~1").endswith("  vmlinuz-6.1.0-amd64\n")
    assert pvboot.run(image, "ls", "/LONGDI~2").returncode == 1


def test_names_in_either_case_beyond_ascii(pvboot, tmp_path):
    folder = tmp_path / "tree"
    (folder / "Größe").mkdir(parents=True)
    for name in ("ядро.Img", "ΣΊΣΥΦΟΣ", "Ünïcödé 漢字.txt"):
        (folder / "Größe" / name).write_text(name)
    image = make_image(tmp_path / "image", folder, 16, 16384)
    for name in ("/GRÖßE/ЯДРО.IMG", "/größe/Σίσυφος", "/grÖßE/ÜNÏCÖDÉ 漢字.TXT"):
        assert pvboot.ok(image, "cat", name).casefold() == name.split("/")[-1].casefold()
    assert pvboot.run(image, "cat", "/Größe/ядра.img").returncode == 1


def test_label_in_the_root_directory(pvboot, tmp_path):
    """It is what counts once it has been changed: mlabel changes both, so the boot sector's is put back."""
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "file").write_text("before the label\n")
    for bits, place in ((16, 43), (32, 71)):
        image = make_image(tmp_path / f"image{bits}", folder, bits, 65536)
        for words, label in (("::Ä NEW ONE", "Ä NEW ONE"), ("::", "OLD ONE")):  # the second time, the root directory's is gone
            run("mlabel", "-i", image, *(["-c"] if words == "::" else []), words)
            with open(image, "r+b") as disk:
                disk.seek(place)
                disk.write(b"OLD ONE    ")
            assert f'label "{label}"' in pvboot.ok(image, "info")


# KiB; what the tool says of it.
ATARIS = [(1440, "FAT12, 1024-byte clusters"), (16000, "FAT16, 1024-byte clusters"), (300_000, "FAT16, 16384-byte clusters")]


@pytest.mark.parametrize("size,details", ATARIS)
def test_ataris(pvboot, tmp_path, size, details):
    image, folder = tmp_path / "image", tmp_path / "tree"
    folder.mkdir()
    (folder / "AUTO").mkdir()
    (folder / "AUTO/KERNEL.PRG").write_bytes(tree.random_bytes(300_000, 4))
    (folder / "DESKTOP.INF").write_text("#a000000\n")
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    subprocess.run(["mkfs.fat", "-A", "-n", "ATARI", "-C", image, str(size)], check=True, capture_output=True,
                   env={**ENVIRONMENT, "PATH": path})
    run("mcopy", "-i", image, "-s", *sorted(folder.iterdir()), "::")
    tree.assert_same(folder, pvboot.extract(image, tmp_path / "found"), modes=False)
    assert f'{details}, label "ATARI"' in pvboot.ok(image, "info")


def test_scattered_files(pvboot, tmp_path):
    """What is written in between after others were deleted lies in pieces."""
    folder = tmp_path / "tree"
    folder.mkdir()
    for number in range(40):
        (folder / f"file{number:02d}").write_bytes(tree.random_bytes(20_000 + number, number))
    image = make_image(tmp_path / "image", folder, 16, 16384, "-s", "1")
    for number in range(0, 40, 2):
        run("mdel", "-i", image, f"::file{number:02d}")
        (folder / f"file{number:02d}").unlink()
    (folder / "scattered").write_bytes(tree.random_bytes(14_500_000, 99))
    run("mcopy", "-i", image, folder / "scattered", "::")
    tree.assert_same(folder, pvboot.extract(image, tmp_path / "found"), modes=False)


def test_floppy_of_mtools(pvboot, tmp_path):
    image, file = tmp_path / "image", tmp_path / "file"
    file.write_text("on a floppy\n")
    run("mformat", "-C", "-i", image, "-f", "1440", "-v", "FLOPPY", "::")
    run("mcopy", "-i", image, file, "::/VMLINUZ")
    assert pvboot.ok(image, "cat", "/vmlinuz") == "on a floppy\n"
    assert 'FAT12, 512-byte clusters, label "FLOPPY"' in pvboot.ok(image, "info")


def test_forced_fat32(pvboot, tmp_path):
    """A FAT32 of fewer clusters than FAT32 has is one all the same: mkfs.fat and others make them, and kernels read them."""
    folder = tmp_path / "tree"
    folder.mkdir()
    image = tmp_path / "image"
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    subprocess.run(["mkfs.fat", "-F", "32", "-n", "ESP", "-C", image, "4096"], check=True, capture_output=True,
                   env={**ENVIRONMENT, "PATH": path})
    assert "FAT32, 512-byte clusters" in pvboot.ok(image, "info")
    tree.assert_same(folder, pvboot.extract(image, tmp_path / "found"), modes=False)


def test_chain_in_a_circle(pvboot, tmp_path):
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "file").write_bytes(tree.random_bytes(5000, 5))
    image = make_image(tmp_path / "image", folder, 16, 16384, "-s", "1")
    with open(image, "r+b") as disk:
        boot = disk.read(512)
        table = int.from_bytes(boot[14:16], "little") * 512
        disk.seek(table + 2 * 5)
        disk.write((3).to_bytes(2, "little"))  # cluster 5 leads back to 3
    done = pvboot.run(image, "cat", "/file")
    assert done.returncode != 0 and "bites its tail" in done.stderr, done.stderr


def table_offsets(image: Path) -> list:
    """The bytes at which a FAT16's two tables lie."""
    boot = image.read_bytes()[:512]
    sector, reserved, size = (int.from_bytes(boot[at:at + 2], "little") for at in (11, 14, 22))
    return [(reserved + number * size) * sector for number in (0, 1)]


def put(image: Path, offset: int, data: bytes):
    with open(image, "r+b") as file:
        file.seek(offset)
        file.write(data)


@pytest.mark.parametrize("damaged", [0, 1])
def test_tables_that_differ(pvboot, source, tmp_path, damaged):
    """What cannot be right in one of them is in the other; that it is so is said, once."""
    image = make_image(tmp_path / "image", source, 16, 16384)
    put(image, table_offsets(image)[damaged] + 4, b"\1\0" * 2000)
    (tmp_path / "found").mkdir()
    done = pvboot.run(image, "extract", "/", tmp_path / "found")
    tree.assert_same(source, tmp_path / "found", modes=False)
    assert done.returncode == 0 and done.stderr.count("FAT: its two tables differ") == 1, done.stderr
    assert done.stderr.count("\n") == 1
