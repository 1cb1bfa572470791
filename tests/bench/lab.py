# SPDX-License-Identifier: BSD-2-Clause
"""The laboratory: a dom0 with its disks, and the three ways to the same Linux: xl's own, pvboot's and GRUB's."""

import os
import re
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "xenbox"), str(ROOT / "tests/images"), str(ROOT / "tests/xen")]

from accel import choose  # noqa: E402
from costs import LAST_LINE, Trace  # noqa: E402
from guest import Box, Disk  # noqa: E402

BUILD = Path(os.environ.get("PVBOOT_BUILD", ROOT / "build")).resolve()
LOADER = BUILD / "pvboot-x86_64.elf"
HELLO = "Hello from Linux"
COMMAND_LINE = "console=hvc0 quiet"
PATIENCE = 300  # seconds


class Lab:
    """One dom0. `drives` are images that lie on virtio disks; what put() takes lies in dom0's memory."""

    def __init__(self, drives=(), memory=4096, dom0_memory=1024):
        self.box = Box(BUILD / "xenbox", BUILD, memory=memory, dom0_memory=dom0_memory,
                       accel=choose(BUILD / "xenbox"), drives=drives, processors=2)
        self.loader = self.put(LOADER)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.box.close()

    def put(self, path):
        return self.box.put(path)

    def drive(self, index):
        """The drive number `index`, as a disk of a guest."""
        return f"/dev/vd{chr(ord('a') + index)}"

    def create(self, kernel, *disks, **options):
        attached = [Disk(path, disk_name(index), "r") for index, path in enumerate(disks)]
        return self.box.create(kernel, disks=attached, **options)

    # ---- one boot, whose guest ends with it ----

    def seconds_to(self, pattern, guest):
        """From the beginning of `xl create` to what the console shows."""
        match = guest.console.expect(pattern, PATIENCE)
        return guest.console.time_of(match.start()) - guest.started

    def time_direct(self, kernel, ramdisk, *disks, **options):
        guest = self.create(kernel, *disks, ramdisk=ramdisk, extra=COMMAND_LINE, **options)
        try:
            return self.seconds_to(HELLO, guest)
        finally:
            guest.destroy()

    def time_loader(self, loader, *disks, **options):
        """The same through a loader, which finds all that it needs on the disks."""
        guest = self.create(loader, *disks, **options)
        try:
            return self.seconds_to(HELLO, guest)
        finally:
            guest.destroy()

    def trace(self, *disks, **options):
        """What a boot cost the loader, up to the next kernel's first instruction; None when it did not get there."""
        guest = self.create(self.loader, *disks, extra="pvboot.trace=1", **options)
        try:
            end = guest.console.expect(LAST_LINE + r"|too small|not booted|pvboot>", PATIENCE)
            return Trace(guest.console.text) if end[0].startswith("trace") else None
        finally:
            guest.destroy()

    def linux(self, kernel, ramdisk, *disks, **options):
        """A Linux guest at its prompt, with its disks, to measure in."""
        guest = self.create(kernel, *disks, ramdisk=ramdisk, extra=COMMAND_LINE, **options)
        guest.console.expect("guest# ", PATIENCE)
        return guest


def ask(guest, command):
    """What a command in a Linux guest prints."""
    guest.console.send(f"{command}; echo th''at is all\n")
    guest.console.expect(r"\n", PATIENCE)
    return guest.console.expect(r"(.*?)that is all", PATIENCE)[1]


def time_in(guest, command):
    """How many seconds a command takes in a Linux guest, as its own clock says."""
    answer = ask(guest, f"time sh -c '{command}' || echo fai''led")
    if "failed" in answer:
        raise RuntimeError(f"{command}: {answer}")
    minutes, seconds = re.search(r"real\s+(\d+)m ([\d.]+)s", answer).groups()
    return int(minutes) * 60 + float(seconds)


def time_blkfront(lab, linux, initrd, disks, last, **options):
    """Seconds that Linux's own frontend takes until it has all disks, with their partitions; `last` is the last of them."""
    guest = lab.linux(linux, initrd, *disks, **options)
    try:
        return time_in(guest, f"insmod /modules/xen-blkfront.ko; until [ -e /dev/{last} ]; do usleep 1000; done")
    finally:
        guest.destroy()


def disk_name(index):
    """xvda, xvdb ..."""
    return f"xvd{chr(ord('a') + index)}"


def started_at_once(lab, count, kernel, disk, **options):
    """`count` guests whose `xl create` run side by side; seconds until all greet, and dom0's processor seconds."""
    box = lab.box
    before, started = dom0_seconds(box), time.monotonic()
    guests = box.create_together(count, kernel, disks=[Disk(disk, "xvda", "r")], **options)
    try:
        ends = []
        for guest in guests:
            match = guest.console.expect(HELLO, PATIENCE)
            ends.append(guest.console.time_of(match.start()))
        return max(ends) - started, dom0_seconds(box) - before
    finally:
        for guest in guests:
            guest.destroy()


def dom0_seconds(box):
    """Processor time that dom0 has used."""
    return float(box.check("xl list Domain-0").splitlines()[-1].split()[-1])
