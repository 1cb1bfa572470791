# SPDX-License-Identifier: BSD-2-Clause
"""What a boot cost, as the loader itself prints it on the console (pvboot.trace=1)."""

import re
from dataclasses import dataclass

LAST_LINE = r"trace: hypercall grant_table_op.*\n"
ROW = r"trace: (\S+) +([\d.]+) +([\d.]+) +(\d+) +(\d+)\r"


@dataclass
class Phase:
    """A row of its table: milliseconds, those of them that it waited for disks, and what it asked of them."""

    ms: float
    waiting: float
    requests: int
    kib: int


class Trace:
    """
    All that it prints. `phases` is by name, "all" for their sum, in the order of a boot. `memory` and `loaded` are KiB: all
    that it took, and what it had taken when all files were loaded.
    """

    def __init__(self, text):
        self.phases = {name: Phase(float(ms), float(waiting), int(requests), int(kib))
                       for name, ms, waiting, requests, kib in re.findall(ROW, text)}
        self.hypercalls = {name: int(count) for name, count in re.findall(r"trace: hypercall (\S+) +(\d+)\r", text)}
        self.depth, self.bounced = numbers(r"trace: (\d+) requests at most in flight, (\d+) bytes bounced", text)
        self.memory, self.loaded, self.copied = numbers(
            r"trace: (\d+) KiB of memory taken, (\d+) KiB before layout, (\d+) bytes of files copied", text)


def numbers(pattern, text):
    return map(int, re.search(pattern, text).groups())
