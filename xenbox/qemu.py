# SPDX-License-Identifier: BSD-2-Clause
"""QEMU with a Linux in it, whose init runs commands for us."""

import atexit
import selectors
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from files import BoxError


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


def is_answer(data):
    """Does a whole one begin here?"""
    head, newline, rest = data.partition(b"\n")
    return newline == b"\n" and len(rest) >= int(head.split()[1])


class Qemu:
    """
    An emulated machine. Its init, which errors call `name`, runs `serve` (of dom0/) on the port "control"; `ports` are further
    ones. What it prints is in `log`.
    """

    def __init__(self, build, name, options, ports=(), timeout=180):
        self.name = name
        self.run_dir = Path(tempfile.mkdtemp(prefix="run-", dir=build))
        self.log = self.run_dir / "machine.log"
        self._pending = b""
        self._owed = 1  # answers that have not come yet: the first one says that init is ready
        self.process = subprocess.Popen(self._command(options, ["control", *ports]), stdin=subprocess.DEVNULL,
                                        stdout=self.log.open("wb"), stderr=subprocess.STDOUT)
        atexit.register(self.close)
        try:
            self._connect(time.monotonic() + timeout)
        except BoxError:
            self.close()
            raise

    def _command(self, options, ports):
        command = ["qemu-system-x86_64", *options, "-nodefaults", "-no-reboot", "-display", "none", "-serial", "stdio",
                   "-device", "virtio-serial-pci,max_ports=31"]
        for port in ports:
            command += ["-chardev", f"socket,id={port},path={self.run_dir / port},server=on,wait=off",
                        "-device", f"virtserialport,chardev={port},name={port}"]
        return command

    def _connect(self, deadline):
        while not (control := self._open_control()):
            self._check(deadline)
            time.sleep(0.02)
        self.control = control
        if self._answer(deadline) != ("ready", b""):
            raise BoxError(f"{self.name} did not start; see {self.log}")

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
            raise BoxError(f"{self.name} does not answer; see {self.log}")

    def _receive_until(self, enough, deadline):
        while not enough(self._pending):
            self._check(deadline)
            self._pending += self.control.receive(0.5)

    def _answer(self, deadline):
        """The init's answer to the newest command: "STATUS BYTES", then the bytes. Those to commands that were given up come before it."""
        while self._owed > 0:
            self._receive_until(is_answer, deadline)
            head, rest = self._pending.split(b"\n", 1)
            status, length = head.decode().split()
            output, self._pending = rest[:int(length)], rest[int(length):]
            self._owed -= 1
        return status, output

    def run(self, command, timeout=240):
        """Runs a shell command (one line). Returns its status and the bytes that it wrote."""
        self.control.send(command.encode() + b"\n")
        self._owed += 1
        status, output = self._answer(time.monotonic() + timeout)
        return int(status), output

    def close(self):
        atexit.unregister(self.close)
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)
        for path in self.run_dir.iterdir():
            if path.is_socket():
                path.unlink()  # the log stays
