# SPDX-License-Identifier: BSD-2-Clause
"""XFS as Linux leaves it: unmounted; and with changes that are in its log alone, of which pvboot reads what Linux does after its recovery."""

import lzma
import re
import shutil
import sys
from pathlib import Path

import pytest

import xfs_images

IMAGES = Path(__file__).resolve().parent / "xfs"
sys.path.insert(0, str(IMAGES))
import make_images  # noqa: E402

DIRTY = [name for name in make_images.IMAGES if name != "clean"]


def unpack(name: str, folder: Path) -> Path:
    (folder / "image").write_bytes(lzma.decompress((IMAGES / f"{name}.img.xz").read_bytes()))
    return folder / "image"


def manifest(name: str) -> list:
    return lzma.decompress((IMAGES / f"{name}.manifest.xz").read_bytes()).decode().splitlines()


def found(pvboot, image: Path, folder: Path) -> list:
    pvboot.run(image, "extract", "/", folder)
    lines = make_images.manifest(folder).splitlines()
    shutil.rmtree(folder)
    return lines


def log_of(image: Path) -> tuple:
    """The byte at which it begins, and how many it has."""
    text = xfs_images.xfs_db(image, "sb 0", "p logstart logblocks blocksize")
    start, blocks, size = (int(number) for number in re.findall(r"= (\d+)", text))
    place = int(re.search(r"\((\d+)\)", xfs_images.xfs_db(image, f"convert fsblock {start} byte")).group(1))
    return place, blocks * size


@pytest.mark.parametrize("name", make_images.IMAGES)
def test_as_linux_reads_it(pvboot, tmp_path, name):
    image = unpack(name, tmp_path)
    before = image.read_bytes()
    (tmp_path / "found").mkdir()
    done = pvboot.run(image, "extract", "/", tmp_path / "found")
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert make_images.manifest(tmp_path / "found").splitlines() == manifest(name)
    assert (", log replayed" in pvboot.ok(image, "info")) == (name != "clean")
    assert image.read_bytes() == before
    shutil.rmtree(tmp_path)


@pytest.mark.parametrize("name", DIRTY)
def test_a_log_that_is_gone(pvboot, tmp_path, name):
    """That is said in one line, and the volume is read as it lies: without what Linux reads."""
    image = unpack(name, tmp_path)
    place, size = log_of(image)
    with open(image, "r+b") as file:
        file.seek(place)
        file.write(bytes(size))
    (tmp_path / "found").mkdir()
    assert found(pvboot, image, tmp_path / "found") != manifest(name)
    assert "log NOT replayed" in pvboot.ok(image, "info")
    assert pvboot.run(image, "ls", "/").stderr.startswith(
        "pvboot: (hd0): XFS log cannot be replayed: its last record cannot be right; files written last may be read as they were before\n")
    shutil.rmtree(tmp_path)


def test_a_log_elsewhere(pvboot, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "file").write_text("file")
    (tmp_path / "log").write_bytes(bytes(16 << 20))
    image = xfs_images.make_image(tmp_path / "image", source, f"-l logdev={tmp_path / 'log'}", 64)
    done = pvboot.run(image, "cat", "/file")
    assert done.stdout == "file" and done.returncode == 0
    assert done.stderr == ("pvboot: (hd0): XFS log is not replayed: it lies on another device; files written last may be read as they were "
                           "before\n")


def test_a_log_of_another_file_system(pvboot, tmp_path):
    image = unpack("dirty", tmp_path)
    place, _ = log_of(image)
    text = xfs_images.log_text(image)
    last = int(re.findall(r"LOG REC AT LSN cycle \d+ block (\d+)", text)[-1])
    with open(image, "r+b") as file:
        file.seek(place + last * 512 + 304)
        file.write(bytes(16))
    assert "its UUID, which is another file system's, cannot be right" in pvboot.run(image, "ls", "/").stderr


def test_one_goes_on_at_its_start(tmp_path):
    text = xfs_images.log_text(unpack("wrapped", tmp_path))
    tail, head = re.search(r"log tail: (\d+) head: (\d+)", text).groups()
    assert int(head) < int(tail)
