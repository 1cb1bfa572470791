# SPDX-License-Identifier: BSD-2-Clause
"""
Files with holes at every level of indirection, which makefs cannot make: it writes out each zero.

A file of 12 blocks or less is taken to pieces: its blocks become islands in a file of any size, and the tables that lead
to them, which take the place of its last blocks:

      made    | 0 | 1 | 2 | 3 | 4 | table | table | ...
      forged  |    | 0 |        | 1 |  single indirect   | 2 |  double    | 3 |   triple   ...  | 4 |
"""

from pathlib import Path

from ffs_volume import DIRECT, LEVELS, Volume

LARGEST = 8 << 40  # bytes: what the file systems that images are extracted to can hold


def island_blocks(block: int, pointer: int) -> list:
    """Which blocks of the file have bytes: one in reach of each level, and two of the same table."""
    per_table = block // pointer
    single, double = DIRECT, DIRECT + per_table
    triple = double + per_table**2
    blocks = [3, single + 1, single + per_table - 1, double + per_table + 5]
    return blocks + ([triple + 2 * per_table**2 + per_table + 7] if triple * block * 2 < LARGEST else [])


def table_count(blocks: list) -> int:
    return {4: 3, 5: 6}[len(blocks)]  # one, two and three tables for the three levels


def write_source(made: Path, forged: Path, block: int, version: int) -> None:
    """The file for makefs, and what it is to become."""
    blocks = island_blocks(block, 4 if version == 1 else 8)
    contents = [bytes([65 + index]) * (block - 1) + b"\n" for index in range(len(blocks))]
    made.write_bytes(b"".join(contents) + bytes([1]) * (block * table_count(blocks)))
    with open(forged, "wb") as file:
        for number, content in zip(blocks, contents):
            file.seek(number * block)
            file.write(content)
        file.truncate((blocks[-1] + 1) * block + block // 2)  # a hole at its end, too


class Forger:
    """Puts the islands in place, and makes tables as they are needed."""

    def __init__(self, volume: Volume, inode: int, addresses: list):
        self.volume = volume
        self.root = inode + volume.pointers_at
        self.spare = addresses
        self.per_table = volume.block // volume.pointer_size()

    def _table(self, parent: int, index: int) -> int:
        """The table (its byte) that a table's entry leads to; a new one, if there is none."""
        volume = self.volume
        address = volume.get(parent + index * volume.pointer_size(), volume.pointer_format)
        if not address:
            address = self.spare.pop()
            place = address * volume.fragment
            volume.image[place : place + volume.block] = bytes(volume.block)
            volume.put_pointer(parent, index, address)
        return address * volume.fragment

    def put(self, number: int, address: int) -> None:
        """Makes `address` the file's block `number`."""
        if number < DIRECT:
            self.volume.put_pointer(self.root, number, address)
            return
        number, level = number - DIRECT, 0
        while number >= self.per_table ** (level + 1):
            number -= self.per_table ** (level + 1)
            level += 1
        table = self._table(self.root, DIRECT + level)
        for height in range(level, 0, -1):
            index, number = divmod(number, self.per_table**height)
            table = self._table(table, index)
        self.volume.put_pointer(table, number, address)


def forge(volume: Volume, path: str) -> None:
    """Makes a file that write_source wrote what it is to become."""
    inode = volume.inode(volume.find(path))
    blocks = island_blocks(volume.block, volume.pointer_size())
    addresses = [volume.pointer(inode, index) for index in range(len(blocks) + table_count(blocks))]
    for index in range(DIRECT + LEVELS):
        volume.put_pointer(inode + volume.pointers_at, index, 0)
    forger = Forger(volume, inode, addresses[len(blocks) :])
    for number, address in zip(blocks, addresses):
        forger.put(number, address)
    volume.put(inode + volume.size_at, "Q", (blocks[-1] + 1) * volume.block + volume.block // 2)
