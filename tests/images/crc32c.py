# SPDX-License-Identifier: BSD-2-Clause
"""CRC-32C, which btrfs and FreeBSD's FFS sum with."""


def _crc32c_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


CRC32C = _crc32c_table()


def crc32c(data: bytes, crc: int) -> int:
    for byte in data:
        crc = CRC32C[(crc ^ byte) & 255] ^ crc >> 8
    return crc
