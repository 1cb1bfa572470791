# SPDX-License-Identifier: BSD-2-Clause
"""The tool: extracting trees and files, beside the other programs that read the same image."""

import functools
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from images import Images
from lab import BUILD
from measure import Row, at_least, at_most, in_turn, median, ratio

FILES, LARGE_FILE = 20_000, 4096  # and MiB
FEW, MANY = 10_000, 100_000  # entries of one directory
MOUNT = "mount + cp"
MEMORY = "/dev/shm"  # what a disk takes to create files is not what is measured

# How each program extracts a whole image into a folder.
EXTRACTORS = {
    "pvboot": "{pvboot} -d {image} extract / {folder}",
    "debugfs": "debugfs -R 'rdump / {folder}' {image}",
    "7z": "7z x -y -bd -o{folder} {image}",
    "mcopy": "mcopy -s -n -m -i {image} :: {folder}",
    "tsk_recover": "tsk_recover -a {image} {folder}",
    "btrfs restore": "btrfs restore {image} {folder}",
    MOUNT: "mount -o loop,ro {image} {mount} && cp -r {mount}/. {folder}; umount {mount}",
}
FOR_KIND = {"ext4": ["debugfs", "7z", MOUNT], "FFSv1": ["tsk_recover"], "FAT32": ["mcopy", "7z"], "XFS": [MOUNT],
            "btrfs": ["btrfs restore", MOUNT]}


def can_mount():
    return os.geteuid() == 0


def seconds(command, image):
    """How long a command takes to extract an image; the folder is new, in memory, and goes again."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as place:
        folder, mount = Path(place) / "out", Path(place) / "mount"
        folder.mkdir()
        mount.mkdir()
        line = command.format(pvboot=BUILD / "pvboot", image=image, folder=folder, mount=mount)
        started = time.monotonic()
        subprocess.run(line, shell=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.monotonic() - started


def compare(subject, image, kind, runs):
    names = ["pvboot", *(name for name in FOR_KIND[kind] if name != MOUNT or can_mount())]
    samples = in_turn({name: lambda name=name: seconds(EXTRACTORS[name], image) for name in names}, runs)
    others = {name: median(samples[name]) for name in names[1:] if name != MOUNT}
    if others:
        fastest = min(others, key=others.get)
        yield Row(f"{subject}, {kind}: {fastest}'s time over ours", others[fastest] / median(samples["pvboot"]), at_least(1.5),
                  samples)
    if MOUNT in names:
        yield Row(f"{subject}, {kind}: a mount's time over ours", median(samples[MOUNT]) / median(samples["pvboot"]),
                  at_least(0.7), {} if others else samples)


def tree_of(images, files):
    root = images.folder / "bench-tree"
    shutil.rmtree(root, ignore_errors=True)
    for number in range(files):
        path = root / f"boot/{number // 200}/file-{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%d\n" % number * (number % 700))
    return root


def tree():
    """A tree of many small files."""
    images = Images()
    root = tree_of(images, FILES)
    for kind in FOR_KIND:
        yield from compare(f"extracting {FILES} files", images.file_system(kind, f"bench-tree-{kind}", root, 256), kind, 5)
    shutil.rmtree(root)


def large():
    """One file of 4 GiB."""
    images = Images()
    root = images.folder / "bench-large"
    shutil.rmtree(root, ignore_errors=True)
    (root / "boot").mkdir(parents=True)
    block = os.urandom(1 << 20)
    with open(root / "boot/large", "wb") as file:
        for _ in range(LARGE_FILE):
            file.write(block)
    image = images.file_system("ext4", "bench-large", root, LARGE_FILE + 512)
    shutil.rmtree(root)
    yield from compare(f"extracting a file of {LARGE_FILE} MiB", image, "ext4", 3)
    image.unlink()


LISTING, FINDING = "{pvboot} -d {image} ls /boot", "{pvboot} -d {image} cat /boot/entry-9999"
ON_DIRECTORIES = [("FFSv2", "listing", LISTING, 12), ("FFSv2", "extracting", EXTRACTORS["pvboot"], 12), ("XFS", "listing", LISTING, 12),
                  ("XFS", "finding one of", FINDING, 2), ("btrfs", "finding one of", FINDING, 2)]


@functools.cache
def flat_directory(kind, entries):
    """An image whose /boot has so many entries."""
    images = Images()
    root = images.folder / "bench-directory"
    shutil.rmtree(root, ignore_errors=True)
    (root / "boot").mkdir(parents=True)
    for number in range(entries):
        (root / f"boot/entry-{number}").touch()
    image = images.file_system(kind, f"bench-directory-{kind}-{entries}", root, 512)
    shutil.rmtree(root)
    return image


def directory():
    """A directory of many entries, and of ten times as many (not on ext4: mke2fs would take far longer to make it)."""
    for kind, what, command, most in ON_DIRECTORIES:
        samples = in_turn({f"{entries} entries": lambda entries=entries: seconds(command, flat_directory(kind, entries))
                           for entries in (FEW, MANY)})
        yield Row(f"{what} {MANY} entries, {kind}, over {FEW}", ratio(samples, f"{MANY} entries", f"{FEW} entries"), at_most(most), samples)
