# SPDX-License-Identifier: BSD-2-Clause
"""A small Linux system that lives in its initramfs: busybox, a greeting, a shell on the Xen console."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "xenbox"))
from files import Kernel, Tree  # noqa: E402  (xenbox is a folder of programs, not a package)

MODULES = ["xen-blkfront", "ext4", "ufs", "vfat", "nls_cp437", "nls_ascii", "loop"]

INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin PS1='guest# '
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
echo "Hello from Linux $(uname -r), started with: $(cat /proc/cmdline)"
echo "This is a shell in its initramfs. 'modules' makes the disks appear, 'poweroff -f' ends it all."
exec setsid cttyhack sh
"""

LOAD_MODULES = """#!/bin/busybox sh
while read -r module; do
    insmod "/modules/$module"
done </modules/order
"""


def make(build, target, modules=(), programs=(), files=()):
    """
    Writes the initramfs to `target`, with these modules and programs and what they need, and files (pairs of a path here and
    one there). Returns the kernel that fits it.
    """
    kernel = Kernel(build)
    tree = Tree(f"{target}.tree")  # others may be making theirs
    tree.write("init", INIT, 0o755)
    tree.write("bin/modules", LOAD_MODULES, 0o755)
    tree.add_modules(kernel, modules)
    for program in programs:
        tree.add_program(program)
    for source, place in files:
        tree.add(source, place)
    tree.pack(target)
    return kernel.image
