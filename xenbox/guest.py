# SPDX-License-Identifier: BSD-2-Clause
"""Guests: xl's configuration of one, its console, its end."""

import re
import shlex
import time
from dataclasses import dataclass, field
from pathlib import Path

from files import BoxError
from machine import CONSOLES, Machine

ROWS, COLUMNS = 24, 80


@dataclass
class Disk:
    path: str  # in dom0: a file or a device
    name: str  # the guest's: xvda
    mode: str = "w"
    options: str = ""  # more words of xl's disk configuration: devtype=cdrom


@dataclass
class Config:
    """What xl is told of a guest; sizes in MiB."""

    name: str
    kernel: str | None  # None: `more` names a bootloader
    ramdisk: str | None = None
    extra: str = ""
    disks: list = field(default_factory=list)
    memory: int = 256
    vcpus: int = 1
    type: str = "pv"
    more: str = ""  # lines of xl's configuration as they are

    def text(self):
        def quote(text):
            return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
        disks = ", ".join(quote(",".join(filter(None, [disk.path, "raw", disk.name, disk.mode, disk.options]))) for disk in self.disks)
        lines = [f"name={quote(self.name)}", f"memory={self.memory}",
                 f"vcpus={self.vcpus}", f"type={quote(self.type)}", f"disk=[{disks}]",
                 "on_poweroff='preserve'", "on_reboot='preserve'", "on_crash='preserve'"]
        if self.kernel:
            lines.append(f"kernel={quote(self.kernel)}")
        if self.ramdisk:
            lines.append(f"ramdisk={quote(self.ramdisk)}")
        if self.extra:
            lines.append(f"extra={quote(self.extra)}")
        return "\n".join([*lines, self.more, ""])


class Console:
    """A guest's console. `text` is all that it printed; `times` says when each piece came (seconds, length)."""

    def __init__(self, port):
        self.port = port
        self.text = ""
        self.seen = 0  # what expect() has passed
        self.times = []

    def send(self, data):
        self.port.send(data if isinstance(data, bytes) else data.encode())

    def read(self, timeout=0):
        """Takes what has come within `timeout` seconds; returns it."""
        piece = self.port.receive(timeout).decode(errors="replace")
        if piece:
            self.text += piece
            self.times.append((time.monotonic(), len(self.text)))
        return piece

    def expect(self, pattern, timeout=60):
        """Waits for a regular expression in what has not been looked at yet. Returns the match."""
        deadline = time.monotonic() + timeout
        while not (match := re.compile(pattern, re.S).search(self.text, self.seen)):
            if time.monotonic() > deadline:
                raise AssertionError(f"no {pattern!r} within {timeout} s; the console's end:\n{self.text[-2000:]}")
            self.read(min(0.5, timeout))
        self.seen = match.end()
        return match

    def time_of(self, position):
        """When the character at `position` of `text` came."""
        return next(moment for moment, end in self.times if end > position)

    def screen(self, columns=COLUMNS, rows=ROWS):
        """The lines that a terminal of this size shows now."""
        import pyte  # only tests need it
        screen = pyte.Screen(columns, rows)
        pyte.Stream(screen).feed(self.text)
        return screen.display


class Guest:
    """A running guest. Made by Box.create."""

    def __init__(self, box, name, console, number):
        self.box = box
        self.name = name
        self.console = console
        self.number = number
        self.domid = int(box.check(f"xl domid {name}"))
        self.started = self.created = None  # seconds, time.monotonic(): xl create began, and was done

    def state(self):
        """running, or how it ended: poweroff, reboot, crash; gone when it is destroyed."""
        status, output = self.box.dom0(f"xl list -v {self.name}")
        if status != 0:
            return "gone"
        words = output.splitlines()[-1].split()
        flags, reason = words[4], words[7]
        if "s" not in flags and "c" not in flags:
            return "running"
        return {"0": "poweroff", "1": "reboot", "3": "crash"}.get(reason, reason)

    def wait_for_end(self, timeout=240):
        deadline = time.monotonic() + timeout
        while (state := self.state()) == "running":
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.name} runs on; the console's end:\n{self.console.text[-2000:]}")
            self.console.read(0.3)
        while self.console.read(0.3):
            pass
        return state

    def store(self, path=""):
        """The guest's part of xenstore, as xenstore-ls -f prints it."""
        return self.box.check(f"xenstore-ls -f /local/domain/{self.domid}/{path}")

    def follow(self, timeout=240):
        """After a reboot or a restore the domain of this name is another one: joins its console. What it has printed is kept."""
        deadline = time.monotonic() + timeout
        while not (new := self.box.dom0(f"xl domid {self.name}")[1].strip()).isdigit() or int(new) == self.domid:
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.name} does not come back; the console's end:\n{self.console.text[-2000:]}")
            self.console.read(0.1)
        self.domid = int(new)
        # before it is there, the console is a bootloader's
        self.box.wait_for(f"xenstore-read /local/domain/{self.domid}/console/ring-ref")
        self.join()

    def join(self, xl_console=False):
        """Connects the domain's console with ours; xl_console: through `xl console`."""
        if xl_console:
            self.box.on_terminal(self.number, f"xl console {self.domid}")
        else:
            self.box.check(f"guest-console {self.domid} $(virtio-port console{self.number}) >/dev/null 2>&1 </dev/null &")

    def destroy(self):
        self.box.dom0(f"xl destroy {self.name}")
        self.console.port.close()  # QEMU serves one connection at a time
        self.box.free_consoles.append(self.number)


class Box(Machine):
    """Xen and dom0, and as many guests in it as there are consoles."""

    def __init__(self, build, share, **options):
        self.share = Path(share).resolve()
        self.free_consoles = list(range(CONSOLES))
        self.count = 0
        super().__init__(build, self.share, **options)

    def check(self, command, timeout=240):
        """dom0(), whose output counts only when the command succeeds."""
        status, output = self.dom0(command, timeout)
        if status != 0:
            raise BoxError(f"in dom0, {command.split()[0]} failed: {output.strip()[-500:]}")
        return output.strip()

    def wait_for(self, command):
        """Tries a command in dom0 until it succeeds; a minute or more."""
        tries = f"tries=0; until {command} >/dev/null 2>&1 || [ $tries = 600 ]; do tries=$((tries + 1)); usleep 100000; done"
        self.check(f"{tries}; {command}")

    def path(self, path):
        """Where dom0 sees a file of the shared directory (read-only, over 9p)."""
        return f"/host/{Path(path).resolve().relative_to(self.share)}"

    def put(self, path):
        """Copies a file of the shared directory into dom0's memory, so that it is fast and can be written to."""
        self.count += 1
        target = f"/images/{self.count}-{Path(path).name}"
        self.check(f"cp {shlex.quote(self.path(path))} {shlex.quote(target)}", timeout=300)
        return target

    def remove(self, path):
        """Gives the memory of a put() file back."""
        self.check(f"rm -f {shlex.quote(path)}")

    def create(self, kernel, name=None, timeout=240, before_start=None, xl_console=False, environment="", **options):
        """
        Starts a guest; options as in Config, with paths as dom0 sees them. Its console loses nothing. before_start is called
        with the guest while it is still paused. xl_console: its console goes through `xl console`.
        environment: of xl create, "NAME=VALUE ...".
        """
        name = name or self._new_name()
        number = self.free_consoles.pop()
        file = self._write_config(Config(name=name, kernel=kernel, **options))
        started = time.monotonic()
        try:
            self.check(f"{environment} xl create -p -q {file}", timeout)
        except BoxError:
            self.free_consoles.append(number)
            raise
        created = time.monotonic()
        guest = Guest(self, name, self.console(number), number)
        guest.started, guest.created = started, created
        guest.join(xl_console)
        if before_start:
            before_start(guest)
        self.check(f"xl unpause {name}")
        return guest

    def create_on_terminal(self, **options):
        """Starts a guest by `xl create -c`, to which our console is the terminal: a bootloader's menu is on it, then the guest."""
        name = self._new_name()
        number = self.free_consoles.pop()
        file = self._write_config(Config(name=name, kernel=None, **options))
        console = self.console(number)
        self.on_terminal(number, f"xl create -c -q {file}")
        self.wait_for(f"xl domid {name}")
        return Guest(self, name, console, number)

    def on_terminal(self, number, command):
        """Starts a command in dom0, to which this console is the terminal."""
        self.check(f"on-terminal $(virtio-port console{number}) {command} >/dev/null 2>&1 </dev/null &")

    def create_together(self, count, kernel, timeout=240, **options):
        """Starts `count` guests that are alike at once: each has an `xl create` of its own, and runs when that is done."""
        names = [self._new_name() for _ in range(count)]
        files = [self._write_config(Config(name=name, kernel=kernel, **options)) for name in names]
        self.check(" ".join(f"xl create -q {file} &" for file in files) + " wait", timeout)
        guests = []
        for name in names:
            number = self.free_consoles.pop()
            guests.append(Guest(self, name, self.console(number), number))
            guests[-1].join()
        return guests

    def _new_name(self):
        self.count += 1
        return f"guest{self.count}"

    def _write_config(self, config):
        """Writes xl's configuration into dom0. Returns its path."""
        file = f"/run/{config.name}.cfg"
        lines = " ".join(shlex.quote(line) for line in config.text().splitlines())
        self.check(f"printf '%s\\n' {lines} >{file}")
        return file

    def console(self, number):
        return Console(super().console(number))
