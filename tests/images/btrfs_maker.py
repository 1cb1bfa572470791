# SPDX-License-Identifier: BSD-2-Clause
"""
btrfs_maker.py FILE: a small one, for tests of hostile images.

btrfs made by the description of its on-disk format, for what mkfs.btrfs does not make: files on several devices, packed extents,
snapshots, logs of synced files. Only what a reader needs is there: no trees of extents, devices or free space.
"""

import ctypes
import hashlib
import struct
import sys
import zlib
from pathlib import Path

from crc32c import crc32c
from md_maker import EXP, times, xor

MIB, STRIPE, PACKED_LIMIT = 1 << 20, 65536, 131072
SUPER, MAGIC, GENERATION = 65536, b"_BHRfS_M", 7
FSID, CHUNK_UUID = bytes(range(0x10, 0x20)), bytes(range(0x30, 0x40))
UUID = "10111213-1415-1617-1819-1a1b1c1d1e1f"
TOP, FIRST, CHECKSUMS, LOGS = 5, 256, (1 << 64) - 10, (1 << 64) - 6
INODE, INODE_REF, LOG_INDEX, DIR_ITEM, DIR_INDEX, EXTENT_DATA, CHECKSUM, ROOT, ROOT_BACKREF = 1, 12, 72, 84, 96, 108, 128, 132, 144
ROOT_REF, CHUNK = 156, 228
FILE, DIRECTORY, LINK = 1, 2, 7

# Bits; how many copies groups have (None: all stripes), parities.
PROFILES = {"single": (0, 1, 0), "dup": (0x20, None, 0), "raid0": (0x8, 1, 0), "raid1": (0x10, None, 0), "raid1c3": (0x200, None, 0),
            "raid1c4": (0x400, None, 0), "raid10": (0x40, 2, 0), "raid5": (0x80, 1, 1), "raid6": (0x100, 1, 2)}


# ---- checksums and packers --------------------------------------------------------------------

def _xxhash(data: bytes) -> bytes:
    library = ctypes.CDLL("libxxhash.so.0")
    library.XXH64.restype = ctypes.c_uint64
    return struct.pack("<Q", library.XXH64(data, ctypes.c_size_t(len(data)), ctypes.c_uint64(0)))


SUMS = {"crc32c": (0, lambda data: struct.pack("<I", crc32c(data, 0xFFFFFFFF) ^ 0xFFFFFFFF)), "xxhash": (1, _xxhash),
        "sha256": (2, lambda data: hashlib.sha256(data).digest()), "blake2b": (3, lambda data: hashlib.blake2b(data, digest_size=32).digest())}


def pack_zstd(data: bytes) -> bytes:
    library, room = ctypes.CDLL("libzstd.so.1"), ctypes.create_string_buffer(2 * len(data) + 1024)
    library.ZSTD_compress.restype = ctypes.c_size_t
    length = library.ZSTD_compress(room, ctypes.c_size_t(len(room)), data, ctypes.c_size_t(len(data)), 3)
    return room.raw[:length]


def pack_lzo(data: bytes, sector: int = 4096) -> bytes:
    """Sector by sector; a length does not lie across two sectors."""
    library, work, out = ctypes.CDLL("liblzo2.so.2"), ctypes.create_string_buffer(1 << 18), bytearray(4)
    for start in range(0, len(data), sector):
        piece, room, length = data[start : start + sector], ctypes.create_string_buffer(2 * sector), ctypes.c_size_t(0)
        assert library.lzo1x_1_compress(piece, ctypes.c_size_t(len(piece)), room, ctypes.byref(length), work) == 0
        if sector - len(out) % sector < 4:
            out += bytes(sector - len(out) % sector)
        out += struct.pack("<I", length.value) + room.raw[: length.value]
    out[:4] = struct.pack("<I", len(out))
    return bytes(out)


PACKERS = {"zlib": (1, zlib.compress), "lzo": (2, pack_lzo), "zstd": (3, pack_zstd)}


# ---- items ------------------------------------------------------------------------------------

def inode(size: int, mode: int, flags: int = 0, generation: int = GENERATION) -> bytes:
    head = struct.pack("<QQQQQIIIIQQ", generation, generation, size, size, 0, 1, 0, 0, mode, 0, flags)
    return head.ljust(112, b"\0") + struct.pack("<QI", 1_700_000_000, 0) * 4


def entry(place: tuple, name: bytes, kind: int) -> bytes:
    return struct.pack("<QBQQHHB", *place, GENERATION, 0, len(name), kind) + name


def name_hash(name: bytes) -> int:
    return crc32c(name, 0xFFFFFFFE)


class Tree:
    """A subvolume, or its log: items by their keys, and what to add to them."""

    def __init__(self, fs, number: int):
        self.fs, self.number, self.items = fs, number, {}
        self.next_inode, self.folders = FIRST + 1, {}

    def put(self, key: tuple, data: bytes) -> None:
        self.items[key] = self.items.get(key, b"") + data

    def name(self, parent: int, index: int, name: str, place: tuple, kind: int) -> None:
        raw = name.encode()
        self.put((parent, DIR_ITEM, name_hash(raw)), entry(place, raw, kind))
        self.put((parent, DIR_INDEX, index), entry(place, raw, kind))

    def reference(self, number: int, parent: int, index: int, name: str) -> None:
        raw = name.encode()
        self.put((number, INODE_REF, parent), struct.pack("<QH", index, len(raw)) + raw)

    def add(self, parent: int, name: str, kind: int, data: bytes, mode: int) -> int:
        """A new inode in a directory; its number."""
        number, self.next_inode = self.next_inode, self.next_inode + 1
        self.put((number, INODE, 0), data)
        self.name(parent, number, name, (number, INODE, 0), kind)
        self.reference(number, parent, number, name)
        return number

    def directory(self, parent: int, name: str) -> int:
        return self.add(parent, name, DIRECTORY, inode(0, 0o40755), 0o755)

    def link(self, parent: int, name: str, text: str) -> int:
        number = self.add(parent, name, LINK, inode(len(text), 0o120777), 0o777)
        self.inline(number, text.encode())
        return number

    def file(self, parent: int, name: str, size: int, flags: int = 0) -> int:
        """Without any data yet: a hole."""
        return self.add(parent, name, FILE, inode(size, 0o100644, flags), 0o644)

    def inline(self, number: int, data: bytes, packing: str = None) -> None:
        kind, packer = PACKERS[packing] if packing else (0, bytes)
        self.items[number, EXTENT_DATA, 0] = struct.pack("<QQBBHB", GENERATION, len(data), kind, 0, 0, 0) + packer(data)

    def extent(self, number: int, at: int, place: tuple, first: int = 0, length: int = None, kind: int = 1) -> None:
        """A piece of the file at byte `at`: bytes `first` to `first + length` of what data() or packed() returned."""
        address, size, unpacked, packing = place
        self.items[number, EXTENT_DATA, at] = struct.pack("<QQBBHBQQQQ", GENERATION, unpacked, packing, 0, 0, kind, address, size, first,
                                                          unpacked - first if length is None else length)

    def data_file(self, parent: int, name: str, data: bytes, packing: str = None, piece: int = PACKED_LIMIT, checksums: bool = True) -> int:
        number = self.file(parent, name, len(data), 0 if checksums else 1)
        for at in range(0, len(data), piece):
            part = data[at : at + piece]
            self.extent(number, at, self.fs.packed(part, packing) if packing else self.fs.data(part, checksums))
        return number


    def path(self, path: str) -> int:
        """The directory at "a/b", made if need be."""
        number = FIRST
        for name in path.split("/") if path else []:
            key = (number, name)
            if key not in self.folders:
                self.folders[key] = self.directory(number, name)
            number = self.folders[key]
        return number

    def fill(self, files: dict, packing: str = None) -> None:
        for path, data in files.items():
            folder, _, name = path.rpartition("/")
            self.data_file(self.path(folder), name, data, packing)


class Btrfs:
    def __init__(self, checksum: str = "crc32c", node: int = 16384, sector: int = 4096):
        self.kind, self.sum = SUMS[checksum]
        self.node, self.sector = node, sector
        self.bytes, self.sums = bytearray(), {}  # of the data chunk
        self.trees, self.root_items, self.logs, self.default = {}, {}, {}, TOP
        self.top = self.subvolume(TOP)

    # ---- what is in it ----

    def subvolume(self, number: int) -> Tree:
        self.trees[number] = made = Tree(self, number)
        made.items[FIRST, INODE, 0] = inode(0, 0o40755)
        return made

    def place_subvolume(self, child: Tree, parent: Tree, directory: int, name: str, backref: bool = True) -> None:
        index = 1000 + child.number
        parent.name(directory, index, name, (child.number, ROOT, (1 << 64) - 1), DIRECTORY)
        raw = name.encode()
        reference = struct.pack("<QQH", directory, index, len(raw)) + raw
        self.root_items[child.number, ROOT_BACKREF, parent.number] = self.root_items[parent.number, ROOT_REF, child.number] = reference

    def snapshot(self, tree: Tree, number: int) -> Tree:
        self.trees[number] = made = Tree(self, number)
        made.items, made.next_inode, made.folders = dict(tree.items), tree.next_inode, dict(tree.folders)
        return made

    def log(self, tree: Tree) -> Tree:
        self.logs[tree.number] = made = Tree(self, tree.number)
        made.next_inode = tree.next_inode
        return made

    def data(self, data: bytes, checksums: bool = True, sums: dict = None) -> tuple:
        """Puts data into the data chunk. Where they are: (address, bytes there, bytes unpacked, packing)."""
        padded = data + bytes(-len(data) % self.sector)
        address = self.DATA + len(self.bytes)
        for at in range(0, len(padded) if checksums else 0, self.sector):
            (self.sums if sums is None else sums)[address + at] = self.sum(padded[at : at + self.sector])
        self.bytes += padded
        return address, len(padded), len(padded), 0

    def packed(self, data: bytes, packing: str) -> tuple:
        """What does not get smaller by a sector is stored as it is."""
        number, packer = PACKERS[packing]
        packed = packer(data) if packing != "lzo" else pack_lzo(data, self.sector)
        if -(-len(packed) // self.sector) >= -(-len(data) // self.sector):
            return self.data(data)
        address, size, _, _ = self.data(packed)
        return address, size, len(data) + -len(data) % self.sector, number

    # ---- trees ----

    SYSTEM, METADATA, DATA = 16 * MIB, 64 * MIB, 1024 * MIB

    def block(self, address: int, level: int, count: int, body: bytes, owner: int, generation: int) -> bytes:
        head = FSID + struct.pack("<QQ", address, 1) + CHUNK_UUID + struct.pack("<QQIB", generation, owner, count, level)
        rest = head + body.ljust(self.node - 101, b"\0")
        return self.sum(rest).ljust(32, b"\0") + rest

    def leaf_body(self, items: list) -> bytes:
        headers, data, end = b"", b"", self.node - 101
        for key, value in items:
            end -= len(value)
            headers += struct.pack("<QBQII", *key, end, len(value))
            data = value + data
        return headers + bytes(end - len(headers)) + data

    def leaves(self, items: list) -> list:
        out, room = [[]], self.node - 101
        for key, value in items:
            if room < 25 + len(value):
                out.append([])
                room = self.node - 101
            out[-1].append((key, value))
            room -= 25 + len(value)
        return out

    def build(self, items: dict, where: bytearray, base: int, owner: int, generation: int = GENERATION) -> tuple:
        """Appends a tree's blocks to a chunk. Its root's address, and its level."""
        def write(level, count, body):
            address = base + len(where)
            where.extend(self.block(address, level, count, body, owner, generation))
            return address

        row = [(leaf[0][0] if leaf else (0, 0, 0), write(0, len(leaf), self.leaf_body(leaf))) for leaf in self.leaves(sorted(items.items()))]
        level, fan = 0, (self.node - 101) // 33
        while len(row) > 1:
            level += 1
            groups = [row[i : i + fan] for i in range(0, len(row), fan)]
            row = [(group[0][0], write(level, len(group), b"".join(struct.pack("<QBQQQ", *key, address, generation) for key, address in group)))
                   for group in groups]
        return row[0][1], level

    @staticmethod
    def root_item(address: int, level: int, generation: int = GENERATION) -> bytes:
        item = bytearray(439)
        struct.pack_into("<QQQ", item, 160, generation, FIRST, address)
        struct.pack_into("<I", item, 216, 1)
        item[238] = level
        return bytes(item)

    def checksum_items(self, sums: dict) -> dict:
        """Runs of sectors, of at most a hundred."""
        items, start, last = {}, None, None
        for address in sorted(sums):
            if last is None or address != last + self.sector or len(items[start]) >= 100 * len(sums[address]):
                start = CHECKSUMS, CHECKSUM, address
                items[start] = b""
            items[start] += sums[address]
            last = address
        return items

    def build_logs(self, metadata: bytearray) -> tuple:
        if not self.logs:
            return 0, 0
        roots = {}
        for number, log in self.logs.items():
            root = self.build(log.items, metadata, self.METADATA, LOGS, GENERATION + 1)
            roots[LOGS, ROOT, number] = self.root_item(*root, GENERATION + 1)
        return self.build(roots, metadata, self.METADATA, LOGS, GENERATION + 1)

    def build_trees(self) -> tuple:
        """The metadata chunk, and the roots of the root tree and of the log tree in it."""
        metadata, roots = bytearray(), dict(self.root_items)
        for number, tree in self.trees.items():
            roots[number, ROOT, 0] = self.root_item(*self.build(tree.items, metadata, self.METADATA, number))
        roots[7, ROOT, 0] = self.root_item(*self.build(self.checksum_items(self.sums), metadata, self.METADATA, 7))
        roots[4, ROOT, 0] = self.root_item(*self.build({}, metadata, self.METADATA, 4))  # of devices: btrfs-progs want one
        roots[6, DIR_ITEM, name_hash(b"default")] = entry((self.default, ROOT, (1 << 64) - 1), b"default", DIRECTORY)
        return metadata, self.build(roots, metadata, self.METADATA, 1), self.build_logs(metadata)

    # ---- devices ----

    def write(self, folder: Path, profile: str = "single", devices: int = 1, label: str = "made", name: str = "device", start: int = MIB) -> list:
        """The devices' images; all chunks have the profile, and the first one begins at byte `start`."""
        metadata, root, log = self.build_trees()
        system = bytearray()
        self.disks = disks = Disks(profile, devices, start)
        chunks = {}
        for base, contents, kind in ((self.SYSTEM, bytes(self.node * 2), 2), (self.METADATA, metadata, 4), (self.DATA, self.bytes, 1)):
            if contents:
                chunks[FIRST, CHUNK, base] = disks.add(contents, kind)
        chunk_root = self.build(chunks, system, self.SYSTEM, 3)
        assert len(system) <= 2 * self.node
        disks.replace(0, bytes(system).ljust(2 * self.node, b"\0"))
        paths = []
        for number, disk in enumerate(disks.images()):
            path = folder / f"{name}{number}"
            path.write_bytes(self.put_super(disk, number, devices, chunks[FIRST, CHUNK, self.SYSTEM], chunk_root, root, log, label))
            paths.append(path)
        return paths

    def put_super(self, disk: bytearray, number: int, devices: int, system: bytes, chunk_root, root, log, label: str) -> bytes:
        block = bytearray(4096)
        struct.pack_into("<16sQQ8sQQQQQ", block, 32, FSID, SUPER, 1, MAGIC, GENERATION, root[0], chunk_root[0], log[0], 0)
        struct.pack_into("<QQQQ", block, 0x70, len(disk) * devices, len(self.bytes), 6, devices)
        listed = struct.pack("<QBQ", FIRST, CHUNK, self.SYSTEM) + system
        struct.pack_into("<IIIIIQ", block, 0x90, self.sector, self.node, self.node, self.sector, len(listed), GENERATION)
        struct.pack_into("<QHBBB", block, 0xBC, 0x3E9 | (0x80 if len(system) and devices > 2 else 0), self.kind, root[1], chunk_root[1], log[1])
        struct.pack_into("<QQQIIIQQQIBB16s16s", block, 0xC9, number + 1, len(disk), len(disk), 4096, 4096, 4096, 0, GENERATION, 0, 0, 0, 0,
                         device_uuid(number), FSID)
        struct.pack_into("<256s", block, 0x12B, label.encode())
        struct.pack_into("<QQ", block, 0x22B, (1 << 64) - 1, 0)
        block[0x32B : 0x32B + len(listed)] = listed
        block[:32] = self.sum(bytes(block[32:])).ljust(32, b"\0")
        disk[SUPER : SUPER + 4096] = block
        return bytes(disk)


def device_uuid(number: int) -> bytes:
    return bytes([0xD0 + number]) * 16


class Disks:
    """Chunks dealt to devices as their profile says."""

    def __init__(self, profile: str, count: int, start: int):
        self.bits, copies, self.parities = PROFILES[profile]
        self.stripes = 2 if profile == "dup" else 1 if profile == "single" else count
        self.copies = copies or self.stripes
        self.count, self.chunks, self.legs = count, [], [bytearray(start) for _ in range(count)]

    def deal(self, contents: bytes) -> list:
        """The bytes of each leg."""
        shares = (self.stripes - self.parities) // self.copies
        legs = [bytearray() for _ in range(self.stripes)]
        for row, start in enumerate(range(0, len(contents), shares * STRIPE)):
            data = [contents[start + i * STRIPE :][:STRIPE] for i in range(shares)]
            if self.parities:
                all_of_row = data + [xor(data)] + [xor([times(block, EXP[i]) for i, block in enumerate(data)])] * (self.parities - 1)
                for i, block in enumerate(all_of_row):  # each row begins one leg further on
                    legs[(row + i) % self.stripes] += block
            else:
                for leg in range(self.stripes):
                    legs[leg] += data[leg // self.copies]
        return legs

    def add(self, contents: bytes, kind: int) -> bytes:
        """The chunk's item."""
        shares = (self.stripes - self.parities) // self.copies
        contents = bytes(contents) + bytes(-len(contents) % (shares * STRIPE))
        places = []
        for leg, data in enumerate(self.deal(contents)):
            device = leg % self.count
            places.append((device, len(self.legs[device])))
            self.legs[device] += data
        self.chunks.append((places, len(contents)))
        item = struct.pack("<QQQQIIIHH", len(contents), 2, STRIPE, kind | self.bits, 4096, 4096, 4096, self.stripes, self.copies if self.bits == 0x40 else 1)
        return item + b"".join(struct.pack("<QQ16s", device + 1, offset, device_uuid(device)) for device, offset in places)

    def replace(self, chunk: int, contents: bytes) -> None:
        places, length = self.chunks[chunk]
        for (device, offset), data in zip(places, self.deal(contents + bytes(length - len(contents)))):
            self.legs[device][offset : offset + len(data)] = data

    def images(self) -> list:
        size = max(len(leg) for leg in self.legs)
        return [leg + bytearray(size - len(leg)) for leg in self.legs]


def resum(image: Path, block: int, size: int, kind: str = "crc32c") -> None:
    """Gives a block, or a superblock, the checksum of what it holds now."""
    data = bytearray(image.read_bytes())
    data[block : block + 32] = SUMS[kind][1](bytes(data[block + 32 : block + size])).ljust(32, b"\0")
    image.write_bytes(data)


def make_small_pool(folder: Path, profile: str, devices: int) -> list:
    fs = Btrfs(node=4096)
    fs.top.data_file(fs.top.directory(FIRST, "directory"), "file", b"bytes" * 3000)
    return fs.write(folder, profile, devices, start=SUPER + 4096)


def make_small(path: Path, checksums: bool = True) -> None:
    """Of each kind of piece one, a directory of two levels, a subvolume and a snapshot, a log."""
    fs = Btrfs(node=4096)
    text = b"".join(b"%d\n" % number for number in range(2000))
    folder = fs.top.directory(FIRST, "directory")
    for packing in PACKERS:
        fs.top.data_file(folder, packing, text, packing, checksums=checksums)
        fs.top.inline(fs.top.file(folder, f"inline {packing}", 500), text[:500], packing)
    fs.top.inline(fs.top.file(folder, "file", 6), b"hello\n")
    plain = fs.top.data_file(folder, "plain", text, checksums=checksums)
    fs.top.extent(plain, 12288, fs.data(text[:4096]), kind=2)
    fs.top.link(FIRST, "short", "directory/file")
    for number in range(60):
        fs.top.file(folder, f"hole {number}", 1 << number % 40)
    below = fs.subvolume(FIRST)
    fs.place_subvolume(below, fs.top, folder, "below")
    below.data_file(FIRST, "text", text, piece=4096)
    fs.place_subvolume(fs.snapshot(fs.top, FIRST + 1), fs.top, FIRST, "snapshot")
    log = fs.log(fs.top)
    log.items[folder, LOG_INDEX, 900] = struct.pack("<Q", 999)
    log.items[plain, INODE, 0] = inode(7000, 0o100644, 0 if checksums else 1)
    log.items[990, INODE, 0] = inode(7, 0o100644)
    log.inline(990, b"synced\n")
    log.put((folder, DIR_INDEX, 990), entry((990, INODE, 0), b"synced", FILE))
    log.reference(990, folder, 990, "synced")
    log.reference(990, FIRST, 991, "synced here")
    (made,) = fs.write(path.parent, start=SUPER + 4096, name=path.name)
    made.rename(path)


if __name__ == "__main__":
    make_small(Path(sys.argv[1]).absolute())
