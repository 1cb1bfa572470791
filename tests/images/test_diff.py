# SPDX-License-Identifier: BSD-2-Clause
"""pvboot diff IMAGE IMAGE."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest
from json_schemas import SCHEMAS


def make(image: Path, tree: Path, kind: str = "ext4", size: str = "16M") -> Path:
    subprocess.run(["mke2fs", "-q", "-t", kind, "-d", tree, image, size], check=True)
    return image


@pytest.fixture
def trees(tmp_path):
    """Two trees that are the same."""
    tree = tmp_path / "a"
    for name in ("boot/kernel", "boot/modules/x", "boot/modules/y", "boot.cfg", "etc/fstab", "same"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(name * 1000)
    (tree / "link").symlink_to("same")
    shutil.copytree(tree, tmp_path / "b", symlinks=True)
    return tree, tmp_path / "b"


def diff(pvboot, *images):
    done = subprocess.run([pvboot.program, "diff", *images], capture_output=True, text=True)
    return done.returncode, sorted(done.stdout.splitlines()), done.stderr


def images_of(tmp_path, trees, kinds=("ext4", "ext4")):
    return [make(tmp_path / f"{tree.name}.img", tree, kind) for tree, kind in zip(trees, kinds)]


def test_the_same_on_other_file_systems(pvboot, tmp_path, trees):
    images = images_of(tmp_path, trees, ("ext4", "ext2"))
    assert diff(pvboot, *images) == (0, [], "")
    subprocess.run(["makefs", "-t", "ffs", "-s", "16m", tmp_path / "ffs", trees[0]], check=True, capture_output=True)
    assert diff(pvboot, images[0], tmp_path / "ffs") == (1, ["- (hd0)/lost+found"], "")


def test_differences(pvboot, tmp_path, trees):
    other = trees[1]
    shutil.rmtree(other / "boot/modules")
    (other / "boot/new").mkdir()
    (other / "boot/new/file").write_text("new")
    (other / "boot.cfg").write_text("longer" * 1000)
    data = (other / "boot/kernel").read_text()
    (other / "boot/kernel").write_text(data[:5000] + "X" + data[5001:])
    (other / "etc/fstab").chmod(0o600)
    os.chown(other / "etc/fstab", 1, 2)
    (other / "link").unlink()
    (other / "link").symlink_to("boot.cfg")
    (other / "same").unlink()
    (other / "same").mkdir()
    images = images_of(tmp_path, trees)
    assert diff(pvboot, *images) == (1, [
        "+ (hd0)/boot/new", "- (hd0)/boot/modules", "~ (hd0)/boot.cfg: size 8000 and 6000",
        "~ (hd0)/boot/kernel: bytes from 5000 on", "~ (hd0)/etc/fstab: mode 0644 and 0600, owner 0 and 1, group 0 and 2",
        "~ (hd0)/link: target same and boot.cfg", "~ (hd0)/same: type file and directory, mode 0644 and 0755"], "")
    done = subprocess.run([pvboot.program, "--json", "diff", *images], capture_output=True, text=True)
    answer = json.loads(done.stdout)
    jsonschema.Draft7Validator(SCHEMAS["diff"]).validate(answer)
    assert done.returncode == 1 and len(answer["differences"]) == 7
    (kernel,) = [found for found in answer["differences"] if found["path"] == "(hd0)/boot/kernel"]
    assert kernel == {"path": "(hd0)/boot/kernel", "where": "both", "changes": [{"field": "bytes", "first": "5000", "second": "5000"}]}


def test_holes(pvboot, tmp_path, trees):
    for tree in trees:
        with open(tree / "sparse", "wb") as file:
            file.truncate(1 << 40)
            file.seek(1 << 39)
            file.write(b"island")
    images = images_of(tmp_path, trees)
    assert diff(pvboot, *images) == (0, [], "")
    with open(trees[1] / "sparse", "r+b") as file:
        file.seek((1 << 39) + 3)
        file.write(b"X")
    make(images[1], trees[1])
    assert diff(pvboot, *images) == (1, [f"~ (hd0)/sparse: bytes from {(1 << 39) + 3} on"], "")


def test_partitions(pvboot, tmp_path, trees):
    """The first file system of one with the first of the other, whatever they are called."""
    whole, inner = images_of(tmp_path, trees)
    disk = tmp_path / "disk"
    disk.write_bytes(bytes(1 << 20) + inner.read_bytes() + inner.read_bytes())
    table = "label: dos\nstart=2048, size=32768, type=83\nstart=34816, size=32768, type=83\n"
    subprocess.run(["sfdisk", "-q", disk], input=table, text=True, check=True)
    assert diff(pvboot, whole, disk) == (1, ["+ (hd0,msdos2)/"], "")
    assert diff(pvboot, disk, disk) == (0, [], "")


def test_what_cannot_be_read(pvboot, tmp_path, trees):
    images = images_of(tmp_path, trees)
    words = "set_inode_field /same mode 0"
    subprocess.run(["debugfs", "-w", "-R", words, images[1]], check=True, capture_output=True)
    status, lines, errors = diff(pvboot, *images)
    assert status == 2 and "(hd0)/same" in errors and lines == ["- (hd0)/same"]
