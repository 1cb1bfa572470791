# SPDX-License-Identifier: BSD-2-Clause
"""The smallest kernels that Xen would start: notes, and a page of nothing in particular."""

import struct

VIRT_BASE = 0xFFFFFFFF80000000


def note(kind: int, value: bytes) -> bytes:
    return struct.pack("<III", 4, len(value), kind) + b"Xen\0" + value + b"\0" * (-len(value) % 4)


def elf(notes: bytes, entry: int, segment: tuple) -> bytes:
    """An ELF file of these notes, and one segment: virtual and physical address, size in memory."""
    header = b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, entry, 64, 0, 0, 64, 56, 2, 64, 0, 0)
    vaddr, paddr, size = segment
    load = struct.pack("<IIQQQQQQ", 1, 5, 0x1000, vaddr, paddr, 0x1000, size, 0x1000)
    notes_header = struct.pack("<IIQQQQQQ", 4, 4, 0x200, 0, 0, len(notes), len(notes), 4)
    start = header + load + notes_header
    return start.ljust(0x200, b"\0") + notes.ljust(0xE00, b"\0") + b"\xf4" * 0x1000


def small_kernel_32(notes: bytes) -> bytes:
    """One for processors of 32 bits, with these notes."""
    header = b"\x7fELF\1\1\1" + bytes(9) + struct.pack("<HHIIIIIHHHHHH", 2, 3, 1, 0x100000, 52, 0, 0, 52, 32, 2, 40, 0, 0)
    load = struct.pack("<IIIIIIII", 1, 0x1000, 0x100000, 0x100000, 0x1000, 0x3000, 5, 0x1000)
    notes_header = struct.pack("<IIIIIIII", 4, 0x200, 0, 0, len(notes), len(notes), 4, 4)
    start = header + load + notes_header
    return start.ljust(0x200, b"\0") + notes.ljust(0xE00, b"\0") + b"\xf4" * 0x1000


def small_kernel(guest_os: bytes = b"linux", base: int = VIRT_BASE) -> bytes:
    """A PV one."""
    notes = (note(5, b"xen-3.0\0") + note(6, guest_os + b"\0") + note(8, b"generic\0") +
             note(3, struct.pack("<Q", base)))
    return elf(notes, base + 0x100000, (base + 0x100000, 0x100000, 0x3000))


def pvh_kernel(base: int = 0x100000, size: int = 0x1000, entry: int | None = None, guest_os: bytes = b"probe") -> bytes:
    """A PVH one, of `size` bytes from `base` on."""
    notes = note(6, guest_os + b"\0") + note(18, struct.pack("<I", base if entry is None else entry))
    return elf(notes, base, (base, base, size))
