# SPDX-License-Identifier: BSD-2-Clause
"""
Transactions for the log of an XFS that was unmounted, which Linux finds there as if it had crashed. Formats: "XFS Algorithms & Data
Structures", chapter "Journaling Log".
"""

import re
import struct

import xfs_images
from crc32c import crc32c

BLOCK = 512
MAGIC, RECORD_SIZE, LITTLE_ENDIAN = 0xFEEDBABE, 32768, 1
START, COMMIT, CLIENT = 1, 2, 0x69
MAP, UNMAP = 1, 2


def intent(number, inode, first, start, count, flags):
    """That blocks of a file from `first` on are to be mapped to those from `start` on, or unmapped."""
    return struct.pack("<HHIQQQQII", 0x1244, 1, 1, number, inode, start, first, count, flags)


def done(number):
    """That this intent has been."""
    return struct.pack("<HHIQ", 0x1245, 1, 0, number)


def _operation(number, flags, data=b""):
    return struct.pack(">IIBBH", number, len(data), CLIENT, flags, 0) + data


def _transaction(number, items):
    header = struct.pack("<IIII", 0x5452414E, 40, number, len(items))
    return [_operation(number, START), *(_operation(number, 0, data) for data in [header, *items]), _operation(number, COMMIT)]


class Log:
    def __init__(self, image):
        self.image = image
        text = xfs_images.xfs_db(image, "sb 0", "p logstart")
        block = int(re.search(r"= (\d+)", text)[1])
        self.start = int(re.search(r"\((\d+)\)", xfs_images.xfs_db(image, f"convert fsblock {block} byte"))[1])
        data = image.read_bytes()
        self.uuid = data[32:48]
        self.head, self.before = self._find_head(data)
        self.cycle = 1

    def _find_head(self, data):
        """The first block that has no record yet, and the last record's. The log is in its first cycle."""
        block = last = 0
        while struct.unpack_from(">II", data, self.start + block * BLOCK) == (MAGIC, 1):
            last = block
            block += 1 + -(-struct.unpack_from(">I", data, self.start + block * BLOCK + 12)[0] // BLOCK)
        return block, last

    def append(self, *transactions):
        """One record with these transactions, which are lists of items; nothing before it is to be replayed."""
        operations = [operation for number, items in enumerate(transactions, 1) for operation in _transaction(number, items)]
        data = b"".join(operations)
        data = bytearray(data + bytes(-len(data) % BLOCK))
        assert len(data) <= RECORD_SIZE
        words = b""
        for at in range(0, len(data), BLOCK):
            words += data[at:at + 4]
            data[at:at + 4] = struct.pack(">I", self.cycle)
        place = struct.pack(">II", self.cycle, self.head)
        header = bytearray(struct.pack(">IIII", MAGIC, self.cycle, 2, len(data)) + place + place + struct.pack(
            ">III", 0, self.before, len(operations)) + words.ljust(256, b"\0") + struct.pack(
            ">I16sI", LITTLE_ENDIAN, self.uuid, RECORD_SIZE)).ljust(BLOCK, b"\0")
        total = crc32c(bytes(header[:328]) + bytes(data), 0xFFFFFFFF) ^ 0xFFFFFFFF
        struct.pack_into("<I", header, 32, total)
        with open(self.image, "r+b") as file:
            file.seek(self.start + self.head * BLOCK)
            file.write(header + data)
