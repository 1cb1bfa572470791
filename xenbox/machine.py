# SPDX-License-Identifier: BSD-2-Clause
"""QEMU with Xen and dom0 in it, and the commands that dom0 runs for us."""

import atexit
import selectors
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from files import BoxError, Kernel, make_dom0, make_xen

CONSOLES = 10  # guests with a console at the same time
START_TIMEOUT = 180  # seconds until dom0 answers

XEN_ARGUMENTS = ("console=com1 com1=115200 dom0_max_vcpus=2 noreboot=1 spec-ctrl=no xpti=no "
                 "loglvl=warning guest_loglvl=warning")
KERNEL_ARGUMENTS = "console=hvc0 quiet mitigations=off"

# Under TCG each word is needed: SMAP and SMEP kill dom0, AVX state gets mixed between domains, RDTSCP
# and newer families break PVH guests and xen-shim.
PROCESSORS = {
    "tcg": ["-accel", "tcg,thread=multi", "-cpu", "max,-smap,-smep,-xsave,-rdtscp,family=16,model=4,stepping=0"],
    "kvm": ["-accel", "kvm", "-cpu", "host"],
}


class Port:
    """One end of a virtio port: a stream of bytes, both ways."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.socket.setblocking(False)

    def send(self, data):
        self.socket.setblocking(True)
        try:
            self.socket.sendall(data)
        finally:
            self.socket.setblocking(False)

    def close(self):
        self.socket.close()

    def receive(self, timeout):
        """What has come, b"" when nothing does within `timeout` seconds, or nothing can any more: QEMU has ended."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.socket, selectors.EVENT_READ)
            try:
                return self.socket.recv(65536) if selector.select(max(timeout, 0)) else b""
            except ConnectionError:
                return b""


class Machine:
    """The emulated machine. `drives` are images that dom0 sees as /dev/vda, /dev/vdb and so on; they are never written to."""

    def __init__(self, build, share, memory=4096, dom0_memory=768, accel="tcg", drives=(), writable=False,
                 timeout=START_TIMEOUT):
        self.build = Path(build)
        self.run_dir = Path(tempfile.mkdtemp(prefix="run-", dir=self.build))
        self.log = self.run_dir / "machine.log"
        self._pending = b""
        command = self._command(Path(share), memory, dom0_memory, accel, drives, writable)
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log.open("wb"),
                                        stderr=subprocess.STDOUT)
        atexit.register(self.close)
        try:
            self._connect(time.monotonic() + timeout)
        except BoxError:
            self.close()
            raise

    def _command(self, share, memory, dom0_memory, accel, drives, writable):
        kernel = Kernel(self.build)
        xen = make_xen(self.build)
        dom0 = make_dom0(self.build, kernel)
        command = ["qemu-system-x86_64", *PROCESSORS[accel], "-smp", "2", "-m", str(memory), "-nodefaults",
                   "-no-reboot", "-display", "none", "-serial", "stdio", "-kernel", str(xen),
                   "-append", f"{XEN_ARGUMENTS} dom0_mem={dom0_memory}M,max:{dom0_memory}M",
                   "-initrd", f"{kernel.image} {KERNEL_ARGUMENTS},{dom0}",
                   "-virtfs", f"local,path={share},mount_tag=host,security_model=none,readonly=on",
                   "-device", "virtio-serial-pci,max_ports=31"]
        for name in ["control", *(f"console{i}" for i in range(CONSOLES))]:
            command += ["-chardev", f"socket,id={name},path={self.run_dir / name},server=on,wait=off",
                        "-device", f"virtserialport,chardev={name},name={name}"]
        snapshot = "off" if writable else "on"
        for drive in drives:
            command += ["-drive", f"file={drive},format=raw,if=virtio,snapshot={snapshot},cache=unsafe"]
        return command

    def _connect(self, deadline):
        while not (control := self._open_control()):
            self._check(deadline)
            time.sleep(0.02)
        self.control = control
        if self._answer(deadline) != ("ready", b""):
            raise BoxError(f"dom0 did not start; see {self.log}")

    def _open_control(self):
        """None as long as QEMU does not listen yet."""
        try:
            return Port(self.run_dir / "control")
        except (FileNotFoundError, ConnectionRefusedError):
            return None

    def _check(self, deadline):
        if self.process.poll() is not None:
            raise BoxError(f"QEMU ended with status {self.process.returncode}; see {self.log}")
        if b"KVM internal error" in self.log.read_bytes()[:65536]:
            raise BoxError(f"KVM cannot run Xen here; see {self.log}")
        if time.monotonic() > deadline:
            raise BoxError(f"dom0 does not answer; see {self.log}")

    def _receive_until(self, enough, deadline):
        while not enough(self._pending):
            self._check(deadline)
            self._pending += self.control.receive(0.5)

    def _answer(self, deadline):
        """One answer of dom0's init: "STATUS BYTES", then the bytes."""
        self._receive_until(lambda data: b"\n" in data, deadline)
        head, self._pending = self._pending.split(b"\n", 1)
        status, length = head.decode().split()
        self._receive_until(lambda data: len(data) >= int(length), deadline)
        output, self._pending = self._pending[:int(length)], self._pending[int(length):]
        return status, output

    def dom0(self, command, timeout=60):
        """Runs a shell command (one line) in dom0. Returns its status and its output."""
        self.control.send(command.encode() + b"\n")
        status, output = self._answer(time.monotonic() + timeout)
        return int(status), output.decode(errors="replace")

    def console(self, number):
        return Port(self.run_dir / f"console{number}")

    def close(self):
        atexit.unregister(self.close)
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)
        for socket_path in self.run_dir.glob("con*"):
            socket_path.unlink()  # the log stays
