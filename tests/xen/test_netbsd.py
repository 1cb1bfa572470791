# SPDX-License-Identifier: BSD-2-Clause
"""NetBSD's root on the real Xen: the probe calls itself NetBSD, and says which command line it was given."""

import gzip

import disklabel
from conftest import BUILD
from disklabel import FFS, RAID
from ffs_images import make_image
from test_boot import BOOT_TIME
from test_partitions import component_label

SIZE, SLICE = 16384, 2048  # sectors of the file system; the first one of the slice


NAMES = {"netbsd": (b"GUEST_OS=probe,GUEST_VER=1", b"GUEST_OS=NetBSD,GUEST_VER="), "pvh": (b"tester\0", b"NetBSD\0")}


def netbsd(variant):
    kernel = (BUILD / "probe" / variant).read_bytes()
    renamed = kernel.replace(*NAMES[variant])
    assert renamed != kernel and len(renamed) == len(kernel)
    return renamed


def root(disks, name, config, variant="netbsd"):
    """An FFS with the kernel, packed, and a boot.cfg."""
    tree = disks.folder / f"netbsd-{name}"
    tree.mkdir(exist_ok=True)
    (tree / "netbsd.gz").write_bytes(gzip.compress(netbsd(variant)))
    if config:
        (tree / "boot.cfg").write_text(f"timeout=0\nmenu=NetBSD:{config}\n")
    return make_image(disks.image(f"netbsd-{name}-ffs"), tree, 2, "le", 16384, 2048, "-s", "8m")


def labelled(disks, name, config, variant="netbsd"):
    """The usual disk: a slice, a label in it, and `a` where the slice starts."""
    disk = disklabel.make_disk(disks.image(f"netbsd-{name}"), 16, f"label: dos\nstart={SLICE}, size={SIZE + 8192}, type=a9\n")
    disklabel.put_image(disk, SLICE, root(disks, name, config, variant))
    disklabel.put(disk, SLICE + 1, disklabel.label({"a": (FFS, SLICE, SIZE), "b": (1, SLICE + SIZE, 8192)}))
    return disk


def gpt(disks, name, config=None):
    """Two partitions; the second one has the root."""
    table = f"label: gpt\nstart=2048, size=2048\nstart=4096, size={SIZE}\n"
    disk = disklabel.make_disk(disks.image(f"netbsd-{name}"), 16, table)
    if config:
        disklabel.put_image(disk, 4096, root(disks, name, config))
    return disk


def component(disks, name, image, age):
    disk = disks.image(f"netbsd-{name}", megabytes=16)
    disklabel.put(disk, 1, disklabel.label({"a": (RAID, 64, SIZE + 64)}))
    disklabel.put(disk, 64 + 32, component_label(SIZE, age))
    disklabel.put_image(disk, 64 + 64, image)
    return disk


def test_root_device(boot, box, disks):
    """All at once, for most of the time is the machine's."""
    ramdisk = disks.folder / "netbsd-ramdisk.txt"
    ramdisk.write_text("menu=NetBSD:boot netbsd -v\ntimeout=0\n")
    mirror = root(disks, "mirror", "boot hd1a:netbsd -a")
    guests = {
        "bootdev=xbd0a -s": boot(labelled(disks, "label", "boot netbsd -s"), memory=64),
        "bootdev=xbd0a -v": boot(labelled(disks, "no-menu", None), memory=64, ramdisk=box.path(ramdisk)),
        "bootdev=dk3 -s": boot(gpt(disks, "gpt1"), gpt(disks, "gpt2", "boot -s"), memory=64),
        "bootdev=xbd0a -x": boot(labelled(disks, "pvh", "boot netbsd -x", "pvh"), memory=64, type="pvh"),
        "bootdev=raid0a -a": boot(component(disks, "stale", mirror, 7), component(disks, "fresh", mirror, 9), memory=64),
    }
    for line, guest in guests.items():
        guest.console.expect(rf'start_info: (cmd_line|line at \w+:) "{line}"', 3 * BOOT_TIME)
    guests["bootdev=xbd0a -x"].console.expect(r"symbols: the tables \w+", BOOT_TIME)
    assert "(hd0,a): a RAIDframe component, older than (hd1,a) of the same array: it is left out" in guests["bootdev=raid0a -a"].console.text
