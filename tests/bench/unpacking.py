# SPDX-License-Identifier: BSD-2-Clause
"""Unpacking a kernel: the loader beside the same library's own program, in Linux, on the same machine."""

from images import PACKERS, Images
from lab import BUILD, Lab, time_in
from measure import Row, at_least, at_most, in_turn, median

import initramfs

# Where they lie in the guest, too: its shell would take an xz of its own first.
PROGRAMS = {"gzip": "/bin/pigz -p1", "xz": "/bin/xz -T1", "zstd": "/bin/zstd -q", "lz4": "/bin/lz4 -q"}


def initrd_with_programs(images):
    """Linux's initrd, with the programs and what they unpack."""
    path = images.folder / "unpack-initrd"
    files = [(images.packed(packer), f"packed/{packer}") for packer in PACKERS]
    initramfs.make(BUILD / "xenbox", path, programs=[command.split()[0] for command in PROGRAMS.values()], files=files)
    return path


def unpack():
    """A Linux kernel, packed in each way that there is."""
    images = Images()
    drives = [images.with_kernel(images.packed(packer), f"bench-{packer}") for packer in PACKERS]
    with Lab(drives, memory=4096) as lab:
        guest = lab.linux(lab.put(images.linux), lab.put(initrd_with_programs(images)), memory=768)
        for index, (packer, command) in enumerate(PROGRAMS.items()):
            program, phases = command.split()[0].split("/")[-1], []

            def with_pvboot(index=index, phases=phases):
                phases.append(lab.trace(lab.drive(index), memory=512).phases["kernel"])
                return (phases[-1].ms - phases[-1].waiting) / 1000

            samples = in_turn({
                program: lambda packer=packer, command=command: time_in(guest, f"{command} -dc /packed/{packer} >/dev/null"),
                "pvboot": with_pvboot,
            })
            yield Row(f"unpacking {packer}, {program}'s time over ours", median(samples[program]) / median(samples["pvboot"]),
                      at_least(0.9), samples)
            elapsed = median([phase.ms for phase in phases]) / 1000
            yield Row(f"reading and unpacking {packer}, over unpacking", elapsed / median(samples["pvboot"]), at_most(1.1),
                      {"pvboot": [phase.ms / 1000 for phase in phases]})
        guest.destroy()
