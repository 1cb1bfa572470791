# SPDX-License-Identifier: BSD-2-Clause
"""Whole boots: pvboot beside xl's own way and beside GRUB."""

from images import KINDS, Images
from lab import LOADER, Lab, started_at_once, time_blkfront
from measure import RUNS, Row, at_most, in_turn, median, prefix, ratio
from reading import large_file

SMALLEST_KERNEL = 4  # MiB


def compare(images, kind, megabytes, memory, grub, runs=RUNS, type="pv"):
    """Seconds from `xl create` to Linux's greeting; `grub`: what pvboot may take of GRUB's, None: it is left out; `type` of the guest."""
    image = images.bootable(kind, megabytes)
    with Lab([image], memory=memory + 3072, dom0_memory=1024 + 2 * megabytes) as lab:
        disk = lab.drive(0)
        linux, initrd = lab.put(images.linux), lab.put(images.initrd_of(megabytes))
        contestants = {
            "xl": lambda: lab.time_direct(linux, initrd, disk, memory=memory, type=type),
            "pvboot": lambda: lab.time_loader(lab.loader, disk, memory=memory, type=type),
        }
        if grub:
            loader = lab.put(images.grub_loaders[type])
            contestants["GRUB"] = lambda: lab.time_loader(loader, disk, memory=memory, type=type)
        samples = in_turn(contestants, runs)
    subject = f"boot, {prefix(type)}{kind}, initrd {megabytes} MiB"
    yield Row(f"{subject}, over xl", ratio(samples, "pvboot", "xl"), at_most(1.0), samples)
    if grub:
        yield Row(f"{subject}, over GRUB", ratio(samples, "pvboot", "GRUB"), at_most(grub))


def boot():
    """A boot with a small initrd, from each file system."""
    images = Images()
    for kind in KINDS:
        yield from compare(images, kind, 1, 384, 0.6)


def initrd():
    """A boot with a large initrd, and with a very large one."""
    images = Images()
    yield from compare(images, "ext4", 64, 512, 0.33, runs=3)
    yield from compare(images, "ext4", 512, 1800, None, runs=3)


def own_time(images, image, type="pv"):
    """From the loader's first instruction to the next kernel's; `image` has a small kernel for that type of domain."""
    traces = []
    with Lab() as lab:
        disk = lab.put(image)

        def with_pvboot():
            traces.append(lab.trace(disk, memory=128, type=type))
            return traces[-1].phases["all"].ms / 1000

        def create_paused():
            guest = lab.create(lab.loader, disk, memory=128, type=type)
            guest.destroy()
            return guest.created - guest.started

        linux, initrd = lab.put(images.linux), lab.put(images.initrd)
        samples = in_turn({"xl create": create_paused, "pvboot": with_pvboot})
        frontends = in_turn({"Linux": lambda: time_blkfront(lab, linux, initrd, [disk], "xvda", memory=384, type=type)})
    frontends["pvboot"] = [trace.phases["devices"].ms / 1000 for trace in traces]
    before = prefix(type)
    yield Row(f"{before}loader's own time, over xl create's", ratio(samples, "pvboot", "xl create"), at_most(0.1), samples)
    yield Row(f"{before}of it, the disk's connecting, over Linux's xen-blkfront", ratio(frontends, "pvboot", "Linux"), None, frontends)
    for phase in traces[0].phases:
        values = [trace.phases[phase].ms for trace in traces]
        yield Row(f"{before}phase {phase}", median(values), None, {"pvboot": values}, "ms")


def own():
    """The loader's own time, from its first instruction to the next kernel's, beside that of `xl create` alone."""
    images = Images()
    yield from own_time(images, images.grub)


def pvh():
    """In a PVH domain: boots, the loader's own time, and reading."""
    images = Images()
    yield from compare(images, "ext4", 1, 384, 0.6, type="pvh")
    yield from compare(images, "ext4", 64, 512, 0.6, runs=3, type="pvh")
    yield from own_time(images, images.with_kernel(LOADER, "bench-pvh-kernel"), "pvh")
    yield from large_file("ext4", images, LOADER, "pvh")


def memory():
    """The loader's own time in domains of any size: with a kernel that takes the p2m in place, and one that does not."""
    images = Images()
    kernels = {"with INIT_P2M": (images.with_kernel(LOADER, "bench-init-p2m"), at_most(1.1)), "without": (images.grub, at_most(1.1))}
    sizes = [256, 1024, 4096, 8192, 14336]
    with Lab(memory=16384 + 1024) as lab:
        for name, (image, target) in kernels.items():
            disk = lab.put(image)
            samples = in_turn({f"{size} MiB": lambda size=size: lab.trace(disk, memory=size).phases["all"].ms / 1000
                               for size in sizes})
            yield Row(f"loader's time, kernel {name}, 14 GiB over 256 MiB",
                      ratio(samples, f"{sizes[-1]} MiB", f"{sizes[0]} MiB"), target, samples)


def eight():
    """Eight domains started at once."""
    images = Images()
    image = images.bootable("ext4")
    with Lab([image], memory=5120) as lab:
        disk, linux, small = lab.drive(0), lab.put(images.linux), lab.put(images.initrd_of(1))
        ways = {"xl": {"kernel": linux, "ramdisk": small, "extra": "console=hvc0 quiet"}, "pvboot": {"kernel": lab.loader}}
        pairs = {name: [] for name in ways}
        for _ in range(3):
            for name, options in ways.items():
                pairs[name].append(started_at_once(lab, 8, disk=disk, memory=384, **options))
                print(f"    {name} {pairs[name][-1]}", flush=True)
    for index, what in enumerate(["wall time", "dom0's processor time"]):
        samples = {name: [pair[index] for pair in pairs[name]] for name in ways}
        yield Row(f"eight domains at once, {what}, over xl", ratio(samples, "pvboot", "xl"), at_most(1.0), samples)


def size():
    """The loader's file."""
    yield Row("pvboot-x86_64.elf", LOADER.stat().st_size / 1024, at_most(1024), {"pvboot": [LOADER.stat().st_size / 1024]},
              "KiB")


def smallest():
    """The smallest domain that boots a kernel of 4 MiB, and what the loader needs beside it."""
    images = Images()
    image = images.with_kernel(images.padded_kernel(SMALLEST_KERNEL), "bench-smallest")
    with Lab() as lab:
        disk = lab.put(image)
        fitting = [size for size in range(16, 33, 2) if lab.trace(disk, memory=size)]
        needed = lab.trace(disk, memory=256).loaded / 1024 - SMALLEST_KERNEL
    yield Row("smallest domain for a kernel of 4 MiB", min(fitting), at_most(24), {"pvboot": [min(fitting)]}, "MiB")
    yield Row("the loader's own memory at its peak, beside the kernel", needed, at_most(4), {"pvboot": [needed]}, "MiB")
