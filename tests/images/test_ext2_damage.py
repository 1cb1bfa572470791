# SPDX-License-Identifier: BSD-2-Clause
"""ext4 with something wrong in it, that is named: by checksums, by what cannot be, by sizes that would take for ever."""

import re
import struct
import subprocess
from pathlib import Path

import pytest

from test_ext2_journal import debugfs

BLOCK = 1024
ISLANDS = 12  # of a file with holes: more extents than an inode has room for


class Damaged:
    """A small file system; what debugfs changes has right checksums, what put() does has not."""

    def __init__(self, folder: Path, options: str):
        source, self.image = folder / "source", folder / "image"
        (source / "many").mkdir(parents=True)
        (source / "file").write_bytes(b"file " * 300)
        (source / "link").symlink_to("file")
        (source / "empty").write_bytes(b"")
        for number in range(60):
            (source / "many" / f"with-a-long-name-{number}").write_text(str(number))
        with open(source / "islands", "wb") as file:
            for number in range(ISLANDS):
                file.seek(number * 3 * BLOCK)
                file.write(f"island {number} ".encode() * 20)
        subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-b", str(BLOCK), *options.split(), "-d", source, self.image, "16M"],
                       check=True)

    def set(self, path: str, **fields):
        debugfs(self.image, "".join(f"set_inode_field {path} {name} {value}\n" for name, value in fields.items()))

    def inode(self, path: str) -> int:
        """The byte at which its inode lies."""
        block, offset = re.search(r"at block (\d+), offset (0x\w+)", debugfs(self.image, f"imap {path}\n")).groups()
        return int(block) * BLOCK + int(offset, 16)

    def blocks(self, path: str) -> list:
        return [int(word) for word in debugfs(self.image, f"blocks {path}\n").splitlines()[1].split()]

    def get(self, offset: int, length: int) -> bytes:
        with open(self.image, "rb") as file:
            file.seek(offset)
            return file.read(length)

    def put(self, offset: int, data: bytes):
        with open(self.image, "r+b") as file:
            file.seek(offset)
            file.write(data)

    def flip(self, offset: int):
        self.put(offset, bytes([self.get(offset, 1)[0] ^ 0x10]))


@pytest.fixture
def summed(tmp_path):
    return Damaged(tmp_path, "-O ^has_journal,metadata_csum")


@pytest.fixture
def plain(tmp_path):
    return Damaged(tmp_path, "-O ^has_journal,^metadata_csum")


def expect(pvboot, image: Path, words: str, *arguments):
    done = pvboot.run(image, *arguments)
    assert done.returncode == 1 and words in done.stderr, done.stderr


# ---- checksums ----------------------------------------------------------------------------------

COPY = 8193 * BLOCK  # of the superblock, in group 1


def test_a_superblock(pvboot, summed):
    summed.flip(1024 + 120)  # the label: nothing else would say that it is wrong
    done = pvboot.run(summed.image, "cat", "/file")
    assert (done.returncode, done.stdout) == (0, "file " * 300)
    assert done.stderr == ("pvboot: (hd0): ext4 superblock: its checksum is wrong\n"
                           "pvboot: (hd0): ext2 superblock: the copy in group 1 is read instead\n")
    summed.flip(COPY + 120)
    expect(pvboot, summed.image, "(hd0): ext4 superblock: its checksum is wrong", "ls", "/")


@pytest.mark.parametrize("options", ["-g 2048", "-O bigalloc -g 512", "-O sparse_super2"])
def test_a_superblock_whose_copy_is_where_only_it_can_say(pvboot, tmp_path, options):
    volume = Damaged(tmp_path, f"-O ^has_journal {options}")
    volume.flip(1024 + 120)
    done = pvboot.run(volume.image, "cat", "/file")
    assert (done.returncode, done.stdout) == (0, "file " * 300), done.stderr
    assert "ext2 superblock: the copy in group 1 is read instead" in done.stderr


@pytest.mark.parametrize("size", [1024, 2048, 4096, 65536])
def test_a_superblock_that_says_nothing_of_where_its_copy_is(pvboot, tmp_path, size):
    image, tree = tmp_path / "image", tmp_path / "tree"
    tree.mkdir()
    (tree / "file").write_text("here")
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-b", str(size), "-O", "^has_journal,^metadata_csum", "-d", tree, image,
                    str(2 * min(8 * size, 65528))], check=True, stderr=subprocess.DEVNULL)
    with open(image, "r+b") as file:
        file.seek(1024 + 24)
        file.write(b"\xff" * 4)  # the size of a block
    done = pvboot.run(image, "cat", "/file")
    assert (done.returncode, done.stdout) == (0, "here"), done.stderr
    assert "ext2 superblock: block size cannot be right" in done.stderr


@pytest.mark.parametrize("options", ["metadata_csum", "^metadata_csum,uninit_bg", "metadata_csum,meta_bg,^resize_inode"])
def test_a_descriptor_closes_its_group(pvboot, tmp_path, options):
    """Where its copies are damaged, too."""
    volume = Damaged(tmp_path, f"-O ^has_journal,^flex_bg,{options} -g 1024 -N 256")  # 16 inodes in each of 16 groups
    last = "/many/with-a-long-name-59"
    group = int(re.search(r"block group (\d+)", debugfs(volume.image, f"imap {last}\n")).group(1))
    assert group > 0
    free_inodes = group * 64 + 14  # in the table of descriptors
    volume.flip(2 * BLOCK + free_inodes)
    done = pvboot.run(volume.image, "cat", last)
    assert (done.returncode, done.stdout) == (0, "59")
    assert done.stderr == f"pvboot: (hd0): ext2 descriptor of group {group}: its checksum is wrong; copies are read instead\n"
    copies = [1, 15] if "meta_bg" in options else [1, 3, 5, 7]
    for copy in copies:
        past_superblock = 0 if copy == 15 else 1
        volume.flip((1 + copy * 1024 + past_superblock) * BLOCK + free_inodes)
    expect(pvboot, volume.image, f"the descriptor of its group ({group}): its checksum is wrong", "cat", last)
    assert pvboot.ok(volume.image, "cat", "/file") == "file " * 300


def test_an_inode(pvboot, summed):
    number = re.search(r"Inode: (\d+)", debugfs(summed.image, "stat file\n")).group(1)
    summed.flip(summed.inode("file") + 4)  # its size
    expect(pvboot, summed.image, f"(hd0)/file: ext2 inode {number}: its checksum is wrong", "cat", "/file")
    assert pvboot.ok(summed.image, "cat", "/many/with-a-long-name-7") == "7"


def test_extents(pvboot, summed):
    tree = next(number for number in summed.blocks("islands") if summed.get(number * BLOCK, 2) == b"\x0a\xf3")
    summed.flip(tree * BLOCK + 12 + 8)  # where the first one lies
    expect(pvboot, summed.image, f"block {tree}: the checksum of these extents is wrong", "cat", "/islands")


def test_a_directory(pvboot, summed):
    last = summed.blocks("many")[-1]
    summed.flip(last * BLOCK + 8)  # a letter of a name
    expect(pvboot, summed.image, f"block {last}: the checksum of this part of the directory is wrong", "ls", "/many")


# ---- what cannot be -----------------------------------------------------------------------------

def extent(first: int, length: int, start: int) -> bytes:
    return struct.pack("<IHHI", first, length, start >> 32, start & 0xFFFFFFFF)


@pytest.mark.parametrize("entries, words", [
    ([(2, 1), (0, 1)], "its extents are not in order"),
    ([(0, 2), (1, 1)], "its extents are not in order"),
    ([(0, 1), (1, 0)], "one of its extents has a length that cannot be right"),
    ([(0, 1), (0xFFFFFFFF, 2)], "one of its extents has a length that cannot be right"),
])
def test_extents_that_cannot_be(pvboot, plain, entries, words):
    block = plain.blocks("file")[0]
    tree = struct.pack("<HHHHI", 0xF30A, len(entries), 4, 0, 0) + b"".join(extent(*entry, block) for entry in entries)
    plain.put(plain.inode("file") + 40, tree)
    expect(pvboot, plain.image, words, "cat", "/file")


def test_a_leaf_that_is_not_its_parents(pvboot, plain):
    """The tree's root says that its leaf begins later than it does."""
    plain.put(plain.inode("islands") + 40 + 12, struct.pack("<I", 5))
    expect(pvboot, plain.image, "its extents are not in order", "cat", "/islands")


def test_a_type_of_file_that_there_is_not(pvboot, summed, tmp_path):
    summed.set("file", mode="0030644")
    words = "its type, of a file or directory or device, cannot be right"
    expect(pvboot, summed.image, words, "cat", "/file")
    expect(pvboot, summed.image, words, "extract", "/", tmp_path / "found")


# ---- sizes --------------------------------------------------------------------------------------

@pytest.mark.parametrize("path", ["/empty", "/file", "/islands"])
def test_a_file_larger_than_extents_can_say(pvboot, summed, path):
    """The empty one would be a hole of 4 EiB, a block at a time."""
    summed.set(path, size=1 << 62)
    expect(pvboot, summed.image, "its size cannot be right", "cat", path)


def test_a_hole_of_all_that_extents_can_say(pvboot, summed, tmp_path):
    """It is one hole, whatever its size: a TiB of blocks of 1 KiB is quickly there."""
    summed.set("empty", size=1 << 40)
    pvboot.ok(summed.image, "extract", "/empty", tmp_path / "found")
    assert (tmp_path / "found/empty").stat().st_size == 1 << 40


@pytest.mark.parametrize("size", [1 << 62, 1 << 42, 17 << 20])
def test_a_directory_larger_than_the_volume(pvboot, summed, size):
    summed.set("many", size=size)
    expect(pvboot, summed.image, "its size cannot be right", "ls", "/many")


def test_a_directory_with_a_hole(pvboot, summed):
    blocks = len(summed.blocks("many"))
    summed.set("many", size=8 << 20)
    expect(pvboot, summed.image, f"is damaged at byte {blocks * BLOCK}", "ls", "/many")


def test_a_sparse_directory_of_64K_blocks(pvboot, tmp_path):
    """What is not there reads as entries that are as long as a block: 4 EiB of them, once."""
    image = tmp_path / "image"
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-b", "65536", "-O", "^has_journal", image, "64M"], check=True)
    debugfs(image, "mkdir many\nset_inode_field many size 67108864\n")
    expect(pvboot, image, "is damaged at byte 65536", "ls", "/many")
    debugfs(image, f"set_inode_field many size {1 << 62}\n")
    expect(pvboot, image, "its size cannot be right", "ls", "/many")


def test_a_directory_of_4_TiB(pvboot, tmp_path):
    """A volume could be so large, a directory could not: its size has 32 bits."""
    image = tmp_path / "image"
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-b", "65536", "-O", "^has_journal,^metadata_csum", image, "5T"], check=True)
    debugfs(image, f"mkdir many\nset_inode_field many size {1 << 42}\n")
    expect(pvboot, image, "its size cannot be right", "ls", "/many")
