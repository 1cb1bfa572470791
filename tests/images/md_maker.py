# SPDX-License-Identifier: BSD-2-Clause
"""Arrays of Linux's md, made of their contents: superblocks as linux/raid/md_p.h has them, chunks laid out row by row as md(4) draws them."""

import struct
import time
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path

MAGIC, SECTOR = 0xA92B4EFC, 512
SPARE, FAULTY = 0xFFFF, 0xFFFE
UUID = bytes.fromhex("0123456789abcdeffedcba9876543210")
EVENTS = 17


@dataclass
class Array:
    """`level` -1 to 10; `layout` is md's number of it; sizes are bytes."""
    level: int
    disks: int
    layout: int = 0
    chunk: int = 65536
    metadata: str = "1.2"
    name: str = "host:data"
    uuid: bytes = UUID
    clean: bool = True
    features: int = 0
    sizes: list = field(default_factory=list)  # of the members' contents, where they differ


# ---- layouts ----------------------------------------------------------------------------------

def double(x: int) -> int:
    return (x << 1) ^ (0x11D if x & 0x80 else 0)


LOG, EXP = [0] * 256, [0] * 510
for _power, _element in ((n, reduce(lambda x, _: double(x), range(n), 1)) for n in range(255)):
    LOG[_element], EXP[_power], EXP[_power + 255] = _power, _element, _element


def xor(blocks: list) -> bytes:
    return reduce(lambda a, b: (int.from_bytes(a, "little") ^ int.from_bytes(b, "little")).to_bytes(len(a), "little"), blocks)


def times(block: bytes, factor: int) -> bytes:
    return block.translate(bytes(EXP[LOG[x] + LOG[factor]] if x else 0 for x in range(256)))


def parity_row(array: Array, stripe: int) -> list:
    """Of one stripe: which leg holds "P", "Q", or data of which number in the stripe."""
    n, layout = array.disks, array.layout
    q_is_last = array.level == 6 and layout >= 16
    if q_is_last:
        return parity_row(replace(array, level=5, disks=n - 1, layout=layout - 16), stripe) + ["Q"]
    parities = ["P", "Q"] if array.level == 6 else ["P"]
    data = list(range(n - len(parities)))
    if array.level == 4 or layout == 5:
        return data + parities
    if layout == 4:
        return parities + data
    if layout == 10:  # Q before P, and data after P
        row = ["Q", "P"] + data
        left = (n - 2 - stripe) % n
        return row[n - left:] + row[:n - left]
    at = {0: n - 1 - stripe % n, 1: stripe % n, 2: n - 1 - stripe % n, 3: stripe % n, 8: stripe % n, 9: n - 1 - (stripe + 1) % n}[layout]
    if layout in (2, 3):
        row = parities + data
        return row[n - at:] + row[:n - at]
    if len(parities) == 2 and at == n - 1:
        return ["Q"] + data + ["P"]
    return data[:at] + parities + data[at:]


def parity_legs(array: Array, contents: bytes) -> list:
    legs = [bytearray() for _ in range(array.disks)]
    count = array.disks - (2 if array.level == 6 else 1)
    for stripe, start in enumerate(range(0, len(contents), count * array.chunk)):
        data = [contents[start + i * array.chunk :][: array.chunk] for i in range(count)]
        row = parity_row(array, stripe)
        if array.layout in (8, 9, 10):
            order = [(leg, what) for leg, what in enumerate(row) if what not in ("P", "Q")]
        else:  # data count from the leg after Q on
            first = (row.index("Q") + 1 if "Q" in row else 0) % array.disks
            around = [row[(first + i) % array.disks] for i in range(array.disks)]
            order = list(enumerate(what for what in around if what not in ("P", "Q")))
        blocks = {"P": xor(data), "Q": xor([times(data[what], EXP[power]) for power, what in order])}
        for leg, what in zip(legs, row):
            leg += blocks[what] if isinstance(what, str) else data[what]
    return legs


def copy_legs(array: Array, contents: bytes) -> list:
    """RAID 10: near copies fill rows; each row has far ones, moved by as many legs as there are near copies, further down or in the next rows."""
    near, far, n = array.layout & 255, array.layout >> 8 & 255, array.disks
    chunks = [contents[i : i + array.chunk] for i in range(0, len(contents), array.chunk)]
    flat = [chunk for chunk in chunks for _ in range(near)]
    flat += [bytes(array.chunk)] * (-len(flat) % n)
    rows = [flat[i : i + n] for i in range(0, len(flat), n)]
    sets = {0: n, 1: n // far, 2: near * far}[array.layout >> 17]
    groups = [list(range(i, i + sets)) for i in range(0, n - n % sets, sets)]
    groups[-1] += range(n - n % sets, n)  # what is left over is in the last one

    def moved(row: list, times_moved: int) -> list:
        out = list(row)
        for group in groups:
            for place, leg in enumerate(group):
                out[group[(place + near * times_moved) % len(group)]] = row[leg]
        return out

    if array.layout >> 16 & 1:
        rows = [moved(row, copy) for row in rows for copy in range(far)]
    else:
        rows = [moved(row, copy) for copy in range(far) for row in rows]
    return [bytearray(b"".join(row[leg] for row in rows)) for leg in range(n)]


def stripe_legs(array: Array, contents: bytes) -> list:
    """RAID 0: row by row over the legs that are long enough; layout 1 counts chunks through all zones."""
    sizes = array.sizes or [len(contents) // array.disks] * array.disks
    legs = [bytearray() for _ in sizes]
    zone_start, used = 0, 0
    for end in sorted(set(size // array.chunk * array.chunk for size in sizes)):
        zone = [leg for leg, size in zip(legs, sizes) if size // array.chunk * array.chunk >= end]
        rows = (end - used) // array.chunk
        for number in range(rows * len(zone)):
            chunk = contents[zone_start + number * array.chunk :][: array.chunk]
            turn = number + (zone_start // array.chunk if array.layout == 1 else 0)
            zone[turn % len(zone)] += chunk
        used, zone_start = end, zone_start + rows * len(zone) * array.chunk
    return legs


def linear_legs(array: Array, contents: bytes) -> list:
    legs, start = [], 0
    for size in array.sizes or [len(contents) // array.disks] * array.disks:
        legs.append(bytearray(contents[start : start + size]))
        start += size
    return legs


def legs_of(array: Array, contents: bytes) -> list:
    makers = {-1: linear_legs, 0: stripe_legs, 1: lambda a, c: [bytearray(c) for _ in range(a.disks)], 10: copy_legs}
    return makers.get(array.level, parity_legs)(array, contents)


# ---- superblocks ------------------------------------------------------------------------------

def checksum(super_block: bytes) -> int:
    total = sum(struct.unpack(f"<{len(super_block) // 4}I", super_block))
    return (total & 0xFFFFFFFF) + (total >> 32) & 0xFFFFFFFF


def super_1(array: Array, size: int, used: int, place: int, data_offset: int, device: int, roles: list, events: int) -> bytes:
    block = bytearray(256 + 2 * 128)
    struct.pack_into("<IIII16s32s", block, 0, MAGIC, 1, array.features, 0, array.uuid, array.name.encode())
    layout = array.layout if array.level not in (-1, 1, 4) else 0
    struct.pack_into("<QiIQII", block, 64, int(time.time()), array.level, layout, used // SECTOR, array.chunk // SECTOR if array.level != 1 else 0, array.disks)
    struct.pack_into("<QQQ", block, 128, data_offset // SECTOR, size // SECTOR, place // SECTOR)
    struct.pack_into("<I", block, 160, device)
    block[168:184] = bytes([device]) * 16
    struct.pack_into("<QQQ", block, 192, int(time.time()), events, (1 << 64) - 1 if array.clean else 0)
    struct.pack_into("<I", block, 220, 128)
    struct.pack_into("<128H", block, 256, *roles + [SPARE] * (128 - len(roles)))
    struct.pack_into("<I", block, 216, checksum(block))
    return bytes(block)


def super_0(array: Array, used: int, device: int, roles: list, events: int) -> bytes:
    block = bytearray(4096)
    words = struct.unpack(">4I", array.uuid)  # as people see them
    struct.pack_into("<8I", block, 0, MAGIC, 0, 90, 0, 0, words[0], int(time.time()), array.level & 0xFFFFFFFF)
    alive = sum(role < FAULTY for role in roles)
    struct.pack_into("<5I", block, 32, used // 1024, len(roles), array.disks, 3, 0)
    struct.pack_into("<3I", block, 52, *words[1:])
    struct.pack_into("<6I", block, 128, int(time.time()), 1 if array.clean else 0, alive, alive, len(roles) - alive, 0)
    struct.pack_into("<QQ", block, 156, events, events)
    struct.pack_into("<II", block, 256, array.layout, array.chunk)
    for number, role in enumerate(roles):
        state = 6 if role < FAULTY else 1 if role == FAULTY else 0
        struct.pack_into("<5I", block, 512 + 128 * number, number, 8, number, role if role < FAULTY else number, state)
    block[3968:4096] = block[512 + 128 * device : 512 + 128 * (device + 1)]
    struct.pack_into("<I", block, 152, checksum(block))
    return bytes(block)


def make_member(path: Path, array: Array, leg: bytes, used: int, device: int, roles: list, events: int = EVENTS) -> Path:
    if array.metadata == "0.90":
        size = (len(leg) + 65535) // 65536 * 65536
        path.write_bytes(bytes(leg).ljust(size, b"\0") + super_0(array, used, device, roles, events).ljust(65536, b"\0"))
        return path
    minor = int(array.metadata[2])
    data_offset = (0, 4096, 8192)[minor] if minor else 0
    size = (len(leg) + 4095) // 4096 * 4096
    total = data_offset + size + 8192
    place = ((total - 8192) & ~4095, 0, 4096)[minor]
    image = bytearray(total)
    image[data_offset : data_offset + len(leg)] = leg
    block = super_1(array, len(leg) // SECTOR * SECTOR, used, place, data_offset, device, roles, events)
    image[place : place + len(block)] = block
    path.write_bytes(image)
    return path


def make_array(folder: Path, array: Array, contents: bytes) -> list:
    """The members' images; the contents fill whole stripes."""
    legs = legs_of(array, contents)
    used = len(legs[0]) if array.level > 0 else 0
    roles = list(range(array.disks))
    return [make_member(folder / f"member{i}", array, leg, used, i, roles) for i, leg in enumerate(legs)]
