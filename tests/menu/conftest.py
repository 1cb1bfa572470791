# SPDX-License-Identifier: BSD-2-Clause
"""Disks with menus, and terminals in front of them."""

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "images"))

from small_kernel import small_kernel  # noqa: E402

from terminal import PROGRAM, Terminal  # noqa: E402


@pytest.fixture
def disk(tmp_path):
    """disk(files, ...) makes an image with these files (text or bytes), and /boot/kernel (unless that is a folder), /boot/initrd."""
    count = 0

    def make(files, kind="ext4"):
        nonlocal count
        count += 1
        tree = tmp_path / f"tree{count}"
        usual = {"boot/kernel": small_kernel(), "boot/initrd": bytes(5000)}
        if any(path.startswith("boot/kernel/") for path in files):
            del usual["boot/kernel"]
        for path, contents in {**usual, **files}.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_bytes(contents if isinstance(contents, bytes) else contents.encode())
        image = tmp_path / f"disk{count}.img"
        if kind == "ffs":
            subprocess.run(["makefs", "-t", "ffs", "-o", "version=2", "-s", "16m", image, tree], check=True,
                           stdout=subprocess.PIPE)
        else:
            subprocess.run(["mke2fs", "-q", "-t", kind, "-L", "test", "-d", tree, image, "16M"], check=True)
        return image

    return make


@pytest.fixture
def start():
    """start(image, ...) runs `pvboot try` in a terminal."""
    terminals = []

    def run(*images, **options):
        terminals.append(Terminal(PROGRAM, images, **options))
        return terminals[-1]

    yield run
    for terminal in terminals:
        terminal.close()


@pytest.fixture
def menu(disk, start):
    """menu(text, ...) runs it on a disk with this menu.lst (or boot.cfg, grub.cfg, where it looks like one)."""

    def run(text, files=None, **options):
        path = "boot/grub/grub.cfg" if "menuentry" in text else "boot.cfg" if "menu=" in text else "boot/grub/menu.lst"
        return start(disk({path: text, **(files or {})}), **options)

    return run
