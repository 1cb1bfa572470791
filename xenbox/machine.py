# SPDX-License-Identifier: BSD-2-Clause
"""QEMU with Xen and dom0 in it, and the commands that dom0 runs for us."""

from pathlib import Path

from files import Kernel, exclusive, make_dom0, make_xen
from qemu import Port, Qemu

CONSOLES = 10  # guests with a console at the same time
START_TIMEOUT = 180  # seconds until dom0 answers

XEN_ARGUMENTS = ("console=com1 com1=115200 noreboot=1 spec-ctrl=no xpti=no "
                 "loglvl=warning guest_loglvl=warning")
KERNEL_ARGUMENTS = "console=hvc0 quiet mitigations=off"

# Under TCG each word is needed: SMAP and SMEP kill dom0, AVX state gets mixed between domains, RDTSCP
# and newer families break PVH guests and xen-shim.
PROCESSORS = {
    "tcg": ["-accel", "tcg,thread=multi", "-cpu", "max,-smap,-smep,-xsave,-rdtscp,family=16,model=4,stepping=0"],
    "kvm": ["-accel", "kvm", "-cpu", "host"],
}


class Machine(Qemu):
    """
    The emulated machine. `drives` are images that dom0 sees as /dev/vda, /dev/vdb and so on; they are never written to, unless
    `writable`. Two `processors` wait for each other, and make a box slower where another one runs beside it.
    """

    def __init__(self, build, share, memory=4096, dom0_memory=768, accel="tcg", drives=(), writable=False,
                 processors=1, timeout=START_TIMEOUT):
        self.build = Path(build)
        kernel = Kernel(self.build)
        with exclusive(self.build / "dom0"):
            xen, dom0 = make_xen(self.build), make_dom0(self.build, kernel)
        options = [*PROCESSORS[accel], "-smp", str(processors), "-m", str(memory), "-kernel", str(xen),
                   "-append", f"{XEN_ARGUMENTS} dom0_mem={dom0_memory}M,max:{dom0_memory}M",
                   "-initrd", f"{kernel.image} {KERNEL_ARGUMENTS},{dom0}",
                   "-virtfs", f"local,path={share},mount_tag=host,security_model=none,readonly=on"]
        snapshot = "off" if writable else "on"
        for drive in drives:
            options += ["-drive", f"file={drive},format=raw,if=virtio,snapshot={snapshot},cache=unsafe"]
        super().__init__(self.build, "dom0", options, [f"console{number}" for number in range(CONSOLES)], timeout)

    def dom0(self, command, timeout=240):
        """Runs a shell command (one line) in dom0. Returns its status and its output."""
        status, output = self.run(command, timeout)
        return status, output.decode(errors="replace")

    def console(self, number):
        return Port(self.run_dir / f"console{number}")
