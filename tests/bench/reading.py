# SPDX-License-Identifier: BSD-2-Clause
"""Reading: what the loader gets out of a disk, beside what a Linux guest gets out of the same one."""

import subprocess

from images import READABLE_KINDS, Images
from lab import Lab, ask, time_blkfront, time_in
from measure import Row, at_least, at_most, in_turn, median, prefix

LARGE = 256  # MiB
SCATTERED = 16  # MiB
SINGLE_READS = 512  # of 4 KiB, one at a time
MANY_DISKS, PARTITIONS = 20, 4


def large_file(kind, images, kernel, type="pv"):
    """The speed at which a large file comes, over dd's from the same disk; `kernel` is the small one beside it, for that type of domain."""
    drives = images.readable(kind, LARGE, kernel)
    with Lab(drives, memory=4096) as lab:
        disks, traces = [lab.drive(index) for index in range(len(drives))], []
        guest = lab.linux(lab.put(images.linux), lab.put(images.initrd), *disks, memory=256, type=type)
        ask(guest, "modules")

        def read_with_pvboot():
            traces.append(lab.trace(*disks, memory=LARGE + 384, type=type))
            return LARGE * 1000 / traces[-1].phases["initrd"].ms

        samples = in_turn({
            "dd": lambda: LARGE / time_in(guest, f"dd if=/dev/xvda of=/dev/null bs=1M iflag=direct count={LARGE}"),
            "pvboot": read_with_pvboot,
        })
        guest.destroy()
    yield Row(f"{prefix(type)}reading {LARGE} MiB from {kind}, over dd", median(samples["pvboot"]) / median(samples["dd"]), at_least(1.0),
              samples, "MiB/s")
    loaded = (LARGE << 10) + (kernel.stat().st_size >> 10)
    excess = traces[0].phases["all"].kib - 1.02 * loaded
    yield Row(f"{prefix(type)}read beyond 1.02 of the files, {kind}", excess, at_most(256), {"read": [traces[0].phases["all"].kib],
              "files": [loaded]}, "KiB")


def read():
    """A large file, in a row on the disk."""
    images = Images()
    for kind in READABLE_KINDS:
        yield from large_file(kind, images, images.grub_loader)


def scattered():
    """A file whose blocks of 4 KiB lie apart, over reading as many one at a time."""
    images = Images()
    with Lab([images.scattered(SCATTERED)]) as lab:
        disk = lab.drive(0)
        guest = lab.linux(lab.put(images.linux), lab.put(images.initrd), disk, memory=256)
        ask(guest, "modules")
        command = f"dd if=/dev/xvda of=/dev/null bs=4k iflag=direct count={SINGLE_READS} skip=1024"
        samples = in_turn({
            "one at a time": lambda: SINGLE_READS / 256 / time_in(guest, command),
            "pvboot": lambda: SCATTERED * 1000 / lab.trace(disk, memory=256).phases["initrd"].ms,
        })
        guest.destroy()
    yield Row("a scattered file, over one read at a time", median(samples["pvboot"]) / median(samples["one at a time"]),
              at_least(8), samples, "MiB/s")


def partitioned(images, last):
    """A small disk of four partitions, ext2 in each; the last disk has a menu in its last one."""
    inner = images.grub if last else images.make_ext("bench-nothing", images.tree("bench-nothing", "", "readme"), "ext2", 16)
    size = inner.stat().st_size // 512
    image = images.image(f"bench-disk-{'last' if last else 'any'}", megabytes=size * (PARTITIONS + 1) // 2048)
    table = "label: dos\n" + "".join(f"start={2048 + number * size}, size={size}, type=83\n" for number in range(PARTITIONS))
    subprocess.run(["sfdisk", "-q", str(image)], input=table.encode(), check=True, stdout=subprocess.PIPE)
    for number in range(PARTITIONS):
        subprocess.run(["dd", f"if={inner}", f"of={image}", "bs=512", f"seek={2048 + number * size}", "conv=notrunc,sparse",
                        "status=none"], check=True)
    return image


def many():
    """Twenty disks of four partitions: from the first word to xenstore to the menu, over Linux's bringing them up."""
    images = Images()
    with Lab(memory=5120, dom0_memory=2048) as lab:
        disks = [lab.put(partitioned(images, False))] * (MANY_DISKS - 1) + [lab.put(partitioned(images, True))]
        linux, initrd = lab.put(images.linux), lab.put(images.initrd)
        traces = []

        def until_menu():
            traces.append(lab.trace(*disks, memory=256))
            return (traces[-1].phases["devices"].ms + traces[-1].phases["scan"].ms) / 1000

        samples = in_turn({"Linux": lambda: time_blkfront(lab, linux, initrd, disks, "xvdt4", memory=384),
                           "pvboot": until_menu}, runs=3)
    yield Row(f"{MANY_DISKS} disks of {PARTITIONS} partitions, to the menu, over Linux",
              median(samples["pvboot"]) / median(samples["Linux"]), at_most(1.0), samples)
    requests = traces[0].phases["scan"].requests / (MANY_DISKS * (PARTITIONS + 1))
    yield Row("requests for each of their partitions", requests, at_most(8), {"pvboot": [requests]}, "requests")
