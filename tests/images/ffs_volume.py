# SPDX-License-Identifier: BSD-2-Clause
"""FFS images that makefs made, opened to be changed into what it cannot make. Offsets as in fs/ffs/disk.h."""

import struct
from pathlib import Path

SUPER_SIZE = 1376
PLACES = (65536, 8192, 0, 262144)
MAGICS = {0x00011954: 1, 0x19540119: 2}
FS_SBLKNO, FS_CBLKNO, FS_IBLKNO, FS_DBLKNO, FS_OLD_CGOFFSET, FS_OLD_CGMASK = 8, 12, 16, 20, 24, 28
FS_NCG, FS_BSIZE, FS_FSIZE, FS_FRAG, FS_IPG, FS_FPG, FS_OLD_FLAGS = 44, 48, 52, 56, 184, 188, 211
FS_SBLOCKLOC, FS_MAXSYMLINKLEN, FS_OLD_INODEFMT, FS_MAGIC = 1000, 1320, 1324, 1372
ROOT, DIRECT, LEVELS = 2, 12, 3


class Volume:
    """An image in memory. Numbers are in its own byte order."""

    def __init__(self, path: Path):
        self.path = path
        self.image = bytearray(path.read_bytes())
        self.place, self.order, self.version = next(self._supers())
        self.block, self.fragment = self.field(FS_BSIZE), self.field(FS_FSIZE)
        self.inode_size, self.pointer_format = (128, "I") if self.version == 1 else (256, "Q")
        self.size_at, self.pointers_at = (8, 40) if self.version == 1 else (16, 112)

    def _supers(self):
        for place in PLACES:
            for order in "<>":
                magic = int.from_bytes(self.image[place + FS_MAGIC : place + FS_MAGIC + 4], {"<": "little", ">": "big"}[order])
                if magic in MAGICS and (MAGICS[magic] == 1 or self._says_place(place, order)):
                    yield place, order, MAGICS[magic]

    def _says_place(self, place: int, order: str) -> bool:
        return struct.unpack_from(order + "q", self.image, place + FS_SBLOCKLOC)[0] == place

    def save(self) -> None:
        self.path.write_bytes(self.image)

    # ---- numbers ----

    def get(self, place: int, format: str) -> int:
        return struct.unpack_from(self.order + format, self.image, place)[0]

    def put(self, place: int, format: str, value: int) -> None:
        struct.pack_into(self.order + format, self.image, place, value)

    def field(self, offset: int, format: str = "I") -> int:
        return self.get(self.place + offset, format)

    def put_field(self, offset: int, format: str, value: int) -> None:
        self.put(self.place + offset, format, value)

    # ---- inodes and directories ----

    def inode(self, number: int) -> int:
        group, index = divmod(number, self.field(FS_IPG))
        start = group * self.field(FS_FPG) + self.field(FS_IBLKNO)
        return start * self.fragment + index * self.inode_size

    def size(self, inode: int) -> int:
        return self.get(inode + self.size_at, "Q")

    def pointer_size(self) -> int:
        return struct.calcsize("=" + self.pointer_format)

    def pointer(self, inode: int, index: int) -> int:
        return self.get(inode + self.pointers_at + index * self.pointer_size(), self.pointer_format)

    def put_pointer(self, table: int, index: int, address: int) -> None:
        """In a table at byte `table`: an indirect block, or an inode's own at `pointers_at`."""
        self.put(table + index * self.pointer_size(), self.pointer_format, address)

    def entries(self, directory: int):
        """The names in the directory of inode number `directory` (of direct blocks): place and inode number."""
        inode = self.inode(directory)
        for start in range(0, min(self.size(inode), DIRECT * self.block), self.block):
            place = self.pointer(inode, start // self.block) * self.fragment
            end = place + min(self.block, self.size(inode) - start)
            while place < end:
                name = self.image[place + 8 : place + 8 + self.image[place + 7]].decode(errors="surrogateescape")
                yield name, place, self.get(place, "I")
                place += self.get(place + 4, "H")

    def find(self, path: str) -> int:
        """The inode number of a path."""
        number = ROOT
        for name in path.strip("/").split("/"):
            number = next(inode for found, _, inode in self.entries(number) if found == name and inode)
        return number
