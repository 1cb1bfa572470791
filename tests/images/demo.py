# SPDX-License-Identifier: BSD-2-Clause
"""demo.py BUILD IMAGE: the disk that `make run` boots: ext4 with Debian's kernel, a small initramfs and a menu.lst."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import initramfs

MENU = """# The menu of pvboot's demo disk, in GRUB legacy's grammar.
default 0
timeout 10
fallback 1

title  Debian GNU/Linux, with a shell
root   (hd0)
kernel /boot/vmlinuz console=hvc0 quiet
initrd /boot/initrd.gz

title  Debian GNU/Linux, telling what it does
root   (hd0)
kernel /boot/vmlinuz console=hvc0
initrd /boot/initrd.gz

title  A kernel that is not there, to see what happens
root   (hd0)
kernel /boot/vmlinuz-upgraded console=hvc0
initrd /boot/initrd.gz
"""


def main(build, image):
    with tempfile.TemporaryDirectory() as folder:
        grub = Path(folder) / "boot/grub"
        grub.mkdir(parents=True)
        (grub / "menu.lst").write_text(MENU)
        Path(build).mkdir(parents=True, exist_ok=True)
        kernel = initramfs.make(build, grub.parent / "initrd.gz", initramfs.MODULES)
        shutil.copy(kernel, grub.parent / "vmlinuz")
        Path(image).unlink(missing_ok=True)
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-L", "demo", "-d", folder, image, "64M"], check=True)


main(*sys.argv[1:])
