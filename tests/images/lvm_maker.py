# SPDX-License-Identifier: BSD-2-Clause
"""Volume groups of LVM2, made of their text: labels, metadata areas and checksums as lib/format_text/layout.h has them."""

import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path

SECTOR, EXTENT, PE_START, AREA, AREA_SIZE = 512, 64 << 10, 128 << 10, 4096, 60 << 10
GROUP_UUID = "gjRSKR-jUoq-opvM-3gGK-YTfc-mJw2-FE8Jdg"


def crc(data: bytes) -> int:
    return ~zlib.crc32(data, ~0xF597A6CF & 0xFFFFFFFF) & 0xFFFFFFFF


def uuid(kind: str, number: int) -> str:
    return f"{kind}{number:03}ab-cdef-ghij-klmn-opqr-stuv-wxyz01"


@dataclass
class Group:
    """Physical volumes fill up as logical ones are added; `text` is that of the logical volumes."""
    disks: int
    name: str = "my-vg"
    seqno: int = 7
    text: str = ""
    missing: tuple = ()  # numbers of those that the metadata call missing
    volumes: int = 0
    extents: list = field(default_factory=list)  # the contents of each disk

    def __post_init__(self):
        self.extents = self.extents or [bytearray() for _ in range(self.disks)]

    def put(self, disk: int, data: bytes) -> int:
        """Data in new extents of a disk: the number of the first one."""
        first = len(self.extents[disk]) // EXTENT
        self.extents[disk] += bytes(data).ljust(-(-len(data) // EXTENT) * EXTENT, b"\0")
        return first

    def add(self, name: str, segments: list, visible: bool = True) -> None:
        """`segments`: how many extents, type, the rest of the text."""
        self.volumes += 1
        status = '["READ", "WRITE", "VISIBLE"]' if visible else '["READ", "WRITE"]'
        self.text += f'\n{name} {{\nid = "{uuid("L", self.volumes)}"\nstatus = {status}\nflags = []\ncreation_time = 1795652000\t# 2026\n'
        self.text += f'creation_host = "a \\"quoted\\" {{host}}"\nsegment_count = {len(segments)}\n'
        start = 0
        for number, (count, kind, rest) in enumerate(segments, 1):
            self.text += f'\nsegment{number} {{\nstart_extent = {start}\nextent_count = {count}\n\ntype = "{kind}"\n{rest}\n}}\n'
            start += count
        self.text += "}\n"

    def linear(self, name: str, disk: int, data: bytes, visible: bool = True) -> None:
        first = self.put(disk, data)
        self.add(name, [(-(-len(data) // EXTENT), "striped", f'stripe_count = 1\t# linear\n\nstripes = [\n"pv{disk}", {first}\n]')], visible)

    def raid(self, name: str, kind: str, legs: list, count: int, rest: str, metadata: list = None) -> None:
        """One image on each disk."""
        images = []
        for disk, leg in enumerate(legs):
            self.linear(f"{name}_rmeta_{disk}", disk, metadata[disk] if metadata else b"", False) if metadata else None
            self.linear(f"{name}_rimage_{disk}", disk, leg, False)
            images.append(f'"{name}_rimage_{disk}"' if kind == "raid0" else f'"{name}_rmeta_{disk}", "{name}_rimage_{disk}"')
        key = "raid0_lvs" if kind == "raid0" else "raids"
        self.add(name, [(count, kind, f"device_count = {len(legs)}\n{rest}\n\n{key} = [\n" + ",\n".join(images) + "\n]")])

    def metadata(self) -> bytes:
        physical = ""
        for disk, extents in enumerate(self.extents):
            flags = '["MISSING"]' if disk in self.missing else "[]"
            count = len(extents) // EXTENT
            physical += f'\npv{disk} {{\nid = "{uuid("P", disk)}"\ndevice = "/dev/xvd{chr(97 + disk)}"\t# Hint only\n\nstatus = ["ALLOCATABLE"]\n'
            physical += f"flags = {flags}\ndev_size = {(PE_START + len(extents)) // SECTOR}\npe_start = {PE_START // SECTOR}\npe_count = {count}\n}}\n"
        logical = f"\nlogical_volumes {{\n{self.text}}}\n" if self.text else ""
        text = f'{self.name} {{\nid = "{GROUP_UUID}"\nseqno = {self.seqno}\nformat = "lvm2"\t# informational\nstatus = ["RESIZEABLE", "READ", "WRITE"]\nflags = []\n'
        text += f"extent_size = {EXTENT // SECTOR}\nmax_lv = 0\nmax_pv = 0\nmetadata_copies = 0\n\nphysical_volumes {{\n{physical}}}\n{logical}\n}}\n"
        text += '# Generated\n\ncontents = "Text Format Volume Group"\nversion = 1\n\ndescription = "a test"\n'
        return text.encode() + b"\0"

    def physical(self, disk: int, wrap: bool = False, areas: int = 1) -> bytes:
        """One disk. With `wrap` its text goes on at the start of the ring."""
        text = self.metadata()
        image = bytearray(PE_START) + self.extents[disk]
        offset = AREA_SIZE - SECTOR if wrap else SECTOR
        ring = bytearray(AREA_SIZE)
        first = text[: AREA_SIZE - offset]
        ring[offset : offset + len(first)] = first
        ring[SECTOR : SECTOR + len(text) - len(first)] = text[len(first):]
        header = b" LVM2 x[5A%r0N*>" + struct.pack("<IQQ", 1, AREA, AREA_SIZE) + struct.pack("<QQII", offset, len(text), crc(text), 0)
        header = header.ljust(SECTOR - 4, b"\0")
        ring[:SECTOR] = struct.pack("<I", crc(header)) + header
        if areas:
            image[AREA : AREA + AREA_SIZE] = ring
        places = struct.pack("<QQQQ", PE_START, 0, 0, 0) + (struct.pack("<QQ", AREA, AREA_SIZE) if areas else b"") + bytes(16)
        body = b"\x20\0\0\0LVM2 001" + uuid("P", disk).replace("-", "").encode() + struct.pack("<Q", len(image)) + places
        body = body.ljust(SECTOR - 20, b"\0")
        image[SECTOR : 2 * SECTOR] = b"LABELONE" + struct.pack("<QI", 1, crc(body)) + body
        return bytes(image)

    def write(self, folder: Path, **options) -> list:
        images = [folder / f"pv{disk}" for disk in range(self.disks)]
        for disk, image in enumerate(images):
            image.write_bytes(self.physical(disk, **options))
        return images
