# SPDX-License-Identifier: BSD-2-Clause
"""The programs that pack kernels, and how they are asked to."""

import subprocess

# How Linux and people do it; the names are those of Linux's configuration.
PACKERS = {
    "gzip": "gzip -n -9",
    "bzip2": "bzip2 -9",
    "lzma": "xz --format=lzma -9",
    "xz": "xz --check=crc32 --x86 --lzma2=dict=32MiB",
    "lzo": "lzop -9",
    "lz4": "lz4 -l -9 -q -c",
    "zstd": "zstd -q -22 --ultra --no-check",
}

# What else the formats allow: every check and filter, several blocks, windows larger than any memory.
VARIANTS = [
    *PACKERS.values(),
    "xz", "xz --check=none", "xz --check=crc64", "xz --check=sha256", "xz --x86 --lzma2=preset=6", "xz --delta=dist=4 --lzma2=preset=2",
    "xz --arm --lzma2=preset=1", "xz --block-size=300KiB", "xz --format=lzma -1",
    "zstd -q -1", "zstd -q -19 --long=27", "zstd -q -3 --long=31", "pzstd -q -c",
    "lz4 -q -c", "lz4 -q -c -9 -BD", "lz4 -q -c -B4 --content-size", "bzip2 -1", "gzip -1", "lzop -1",
]


def pack(program: str, data: bytes) -> bytes:
    return subprocess.run(program.split(), input=data, stdout=subprocess.PIPE, check=True).stdout
