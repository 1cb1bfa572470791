# SPDX-License-Identifier: BSD-2-Clause
"""`pvboot try` in a terminal emulator: keys in, the screen that a person would see out."""

import os
import time
from pathlib import Path

import pexpect
import pyte

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("PVBOOT_BUILD", ROOT / "build")).resolve() / "pvboot"
PATIENCE = 240  # seconds; nothing here takes so long, but the machine may be busy
UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
ENTER, TAB, ESCAPE, RUBOUT = "\r", "\t", "\x1b", "\x7f"
PAGE_UP, PAGE_DOWN, HOME, END = "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F"


def control(letter):
    return chr(ord(letter) - ord("@"))


class Terminal:
    def __init__(self, program, images, columns=80, rows=24, options=()):
        words = [word for image in images for word in ("-d", str(image))]
        self.columns, self.rows = columns, rows
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.received = 0
        self.child = pexpect.spawn(str(program), [*words, *options, "try"], dimensions=(rows, columns), timeout=None)
        self.child.delaybeforesend = None
        self.wait(lambda: self.received > 0, "the program says nothing")  # from now on the keys are its own

    def read(self, timeout=0.05):
        """Takes what comes within `timeout` seconds. False at the program's end."""
        try:
            piece = self.child.read_nonblocking(65536, timeout)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.received += len(piece)
        self.stream.feed(piece)
        return True

    def press(self, *keys):
        for key in keys:
            self.child.send(key)

    def wait(self, condition, what):
        deadline = time.monotonic() + PATIENCE
        alive = True
        while not condition():
            if not alive or time.monotonic() > deadline:
                raise AssertionError(f"{what}\n" + self.text())
            alive = self.read()

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def has(self, text):
        """On one row, or running on from one row to the next; a message in the menu has a margin."""
        display = self.screen.display
        return any(text in whole for whole in
                   ("\n".join(display), "".join(display), "".join(line[1:-1] for line in display)))

    def shows(self, *texts):
        """Waits until the screen shows them all."""
        for text in texts:
            self.wait(lambda: self.has(text), f"{text!r} does not show:")

    def hides(self, text):
        self.wait(lambda: not self.has(text), f"{text!r} still shows:")

    def line(self, number):
        return self.screen.display[number].rstrip()

    def typed(self, text):
        """Waits until the line with the cursor is this."""
        self.wait(lambda: self.line(self.screen.cursor.y) == text, f"the cursor's line is not {text!r}:")

    def reverse(self, row):
        """The text of a row that is in reverse video."""
        cells = self.screen.buffer[row]
        return "".join(cells[column].data for column in range(self.columns) if cells[column].reverse).strip()

    def settle(self):
        """Waits until nothing comes for a while: for what must NOT happen."""
        before = -1
        while before != self.received:
            before = self.received
            self.read(0.3)

    def end(self):
        """Waits for the program's end. Returns its exit status."""
        while self.read():
            pass
        self.child.close()
        return self.child.exitstatus

    def close(self):
        self.child.close(force=True)
