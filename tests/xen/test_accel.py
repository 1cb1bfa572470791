# SPDX-License-Identifier: BSD-2-Clause
"""Choosing the accelerator: a QEMU that KVM cannot carry is an answer, not an accident."""

import os

from accel import choose, kvm_starts_xen

# Stands in for a QEMU that dies under KVM: with somebody at its door, and before it opens.
DYING_QEMU = """#!/usr/bin/python3
import re, select, socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(re.search("id=control,path=([^,]*),", " ".join(sys.argv))[1])
listener.listen()
select.select([listener], [], [])
sys.exit(1)
"""


def test_a_qemu_that_dies_is_no_kvm(tmp_path, monkeypatch, box):
    """The machine's files are those of `box`; only QEMU is another."""
    qemu = tmp_path / "qemu-system-x86_64"
    qemu.write_text(DYING_QEMU)
    qemu.chmod(0o755)
    for name in ("kernel", "xen", "dom0.cpio.gz"):
        (tmp_path / name).symlink_to(box.build / name)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert not kvm_starts_xen(tmp_path)
    assert "QEMU ended" in (tmp_path / "kvm-starts-xen").read_text()


def test_an_accelerator_that_is_named_is_taken(tmp_path):
    assert choose(tmp_path, "tcg") == "tcg"
