# SPDX-License-Identifier: BSD-2-Clause
"""Which of QEMU's accelerators really starts Xen here. A /dev/kvm alone says little: some cannot run Xen."""

import os
from pathlib import Path

from files import BoxError, exclusive
from machine import Machine

PROBE_TIMEOUT = 40  # seconds


def try_kvm(build):
    """yes, or why not."""
    try:
        Machine(build, build, memory=2048, accel="kvm", timeout=PROBE_TIMEOUT).close()
        return "yes"
    except BoxError as error:
        return f"no: {error}"


def kvm_starts_xen(build):
    """Tries it, once for each build directory."""
    answer = Path(build) / "kvm-starts-xen"
    with exclusive(answer):
        if not answer.exists():
            answer.write_text(try_kvm(build))
    return answer.read_text() == "yes"


def choose(build, wanted="auto"):
    """kvm or tcg."""
    if wanted != "auto":
        return wanted
    usable = os.access("/dev/kvm", os.R_OK | os.W_OK)
    return "kvm" if usable and kvm_starts_xen(build) else "tcg"
