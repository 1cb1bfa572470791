# SPDX-License-Identifier: BSD-2-Clause
"""
ext3 and ext4 whose journal holds newer blocks. debugfs writes the transactions; what is right is what e2fsck makes of a copy
when it replays the journal there.
"""

import random
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

import tree

MAGIC = b"\xc0\x3b\x39\x98"
START, FEATURES, FAST_BLOCKS = 28, 40, 84  # in the journal's superblock
SHAPES = {  # options of mke2fs; of debugfs's journal_open; bytes of a block
    "ext3": (["-t", "ext3", "-b", "1024"], "", 1024),
    "ext4 without checksums": (["-t", "ext4", "-b", "4096", "-O", "^metadata_csum"], "", 4096),
    "32 bits": (["-t", "ext4", "-b", "2048", "-O", "^64bit"], "-c -v 3", 2048),
    "checksums v2": (["-t", "ext4", "-b", "4096"], "-c -v 2", 4096),
    "checksums v2, 32 bits": (["-t", "ext4", "-b", "1024", "-O", "^64bit"], "-c -v 2", 1024),
    "checksums v3": (["-t", "ext4", "-b", "4096"], "-c -v 3", 4096),
    "64K": (["-t", "ext4", "-b", "65536"], "-c -v 3", 65536),
}
CHANGES = """rm old
write {folder}/new/file file
write {folder}/new/like-a-header like-a-header
mkdir sub
symlink sub/link ../file
"""


def debugfs(image: Path, commands: str) -> str:
    done = subprocess.run(["debugfs", "-w", "-f", "-", image], input=commands, capture_output=True, text=True, check=True)
    return done.stdout


def blocks_in(image: Path, size: int) -> list:
    data = image.read_bytes()
    return [data[at:at + size] for at in range(0, len(data), size)]


class Volume:
    """A file system, and a copy of it after some changes. Transactions bring blocks of the copy into the first one's journal."""

    def __init__(self, folder: Path, shape: str):
        options, self.journal_options, self.block = SHAPES[shape]
        self.folder, self.image, self.after = folder, folder / "image", folder / "after"
        source, new = folder / "source", folder / "new"
        source.mkdir()
        new.mkdir()
        (source / "old").write_bytes(b"old " * 5000)
        (source / "stays").write_bytes(bytes(range(256)) * 256)
        (new / "file").write_bytes(b"new " * 50_000)
        (new / "like-a-header").write_bytes(MAGIC + b"\0\0\0\1" + b"but it is data " * 300)
        subprocess.run(["mke2fs", "-q", "-F", *options, "-d", source, self.image, "160M" if self.block > 4096 else "24M"], check=True)
        shutil.copy(self.image, self.after)
        debugfs(self.after, CHANGES.format(folder=folder))

    def blocks_of(self, path: str) -> list:
        return [int(word) for word in debugfs(self.image, f"blocks {path}\n").splitlines()[1].split()]

    def changed(self) -> list:
        """The blocks that the changes changed."""
        before, after = blocks_in(self.image, self.block), blocks_in(self.after, self.block)
        return [number for number, pair in enumerate(zip(before, after)) if pair[0] != pair[1]]

    def contents(self, numbers) -> bytes:
        after = blocks_in(self.after, self.block)
        return b"".join(after[number] for number in numbers)

    def write(self, *transactions):
        """Each is a list of blocks, what is in them, and options of journal_write."""
        commands = f"journal_open {self.journal_options}\n"
        for index, (blocks, data, options) in enumerate(transactions):
            (self.folder / f"data-{index}").write_bytes(data)
            listed = f"-b {','.join(map(str, blocks))}" if blocks else ""
            commands += f"journal_write {listed} {options} {self.folder}/data-{index}\n"
        debugfs(self.image, commands + "journal_close\n")

    def replayed(self) -> Path:
        """What e2fsck makes of a copy."""
        copy = self.folder / "replayed"
        shutil.copy(self.image, copy)
        done = subprocess.run(["e2fsck", "-fy", "-E", "journal_only", copy], capture_output=True, text=True)
        assert done.returncode in (0, 1) and "recovering journal" in done.stdout, done.stdout
        return copy

    # ---- the journal itself ----

    def journal(self) -> int:
        """The byte at which it begins; its first blocks lie in one piece."""
        return self.blocks_of("<8>")[0] * self.block

    def put(self, offset: int, data: bytes):
        with open(self.image, "r+b") as file:
            file.seek(offset)
            file.write(data)

    def rotate(self, distance: int):
        """Moves what is in the ring on by so many blocks."""
        ring, blocks = self.blocks_of("<8>")[1:], blocks_in(self.image, self.block)
        for index, number in enumerate(ring):
            self.put(number * self.block, blocks[ring[index - distance]])
        self.put(self.journal() + START, struct.pack(">I", 1 + distance))


class ForgedJournal:
    """What debugfs does not write: transactions of any number of blocks, without checksums, into the ring of an image."""

    def __init__(self, image: Path, block: int):
        self.image, self.block, self.sequence = image, block, 1
        listing = debugfs(image, "blocks <8>\n").splitlines()[1].split()
        self.ring = [int(word) for word in listing]
        self.next = 1
        self.file = open(image, "r+b")

    def put(self, data: bytes):
        self.file.seek(self.ring[self.next] * self.block)
        self.file.write(data)
        self.next += 1

    def header(self, kind: int) -> bytes:
        return MAGIC + struct.pack(">II", kind, self.sequence)

    def write(self, blocks: list, data: bytes):
        """A transaction; `data` is what each of its blocks is to be."""
        tags = (self.block - 12 - 16) // 8
        for at in range(0, len(blocks), tags):
            listed = blocks[at:at + tags]
            flags = [2] * len(listed)
            flags[0] -= 2  # the UUID comes after the first
            flags[-1] += 8
            tag = [struct.pack(">IHH", number, 0, flag) for number, flag in zip(listed, flags)]
            self.put(self.header(1) + tag[0] + bytes(16) + b"".join(tag[1:]))
            for _ in listed:
                self.put(data)
        self.put(self.header(2))
        self.sequence += 1

    def revoke(self, blocks: list):
        room = (self.block - 16) // 4
        for at in range(0, len(blocks), room):
            listed = blocks[at:at + room]
            self.put(self.header(5) + struct.pack(f">I{len(listed)}I", 16 + 4 * len(listed), *listed))
        self.put(self.header(2))
        self.sequence += 1

    def close(self):
        """Both superblocks say that there is something to replay."""
        self.file.seek(self.ring[0] * self.block + START - 4)
        self.file.write(struct.pack(">II", 1, 1))
        self.file.seek(1024 + 96)
        incompatible = int.from_bytes(self.file.read(4), "little") | 4
        self.file.seek(1024 + 96)
        self.file.write(incompatible.to_bytes(4, "little"))
        self.file.close()


def assert_same_as(pvboot, volume: Volume, other: Path):
    """pvboot reads the image as it reads the other one, and did not write to it."""
    before = volume.image.read_bytes()
    found, expected = (pvboot.extract(image, volume.folder / f"found-{name}")
                       for name, image in (("image", volume.image), ("other", other)))
    tree.assert_same(expected, found)
    assert "journal replayed" in pvboot.ok(volume.image, "info")
    assert volume.image.read_bytes() == before


@pytest.fixture(params=SHAPES)
def volume(request, tmp_path):
    yield Volume(tmp_path, request.param)
    shutil.rmtree(tmp_path)


@pytest.fixture
def plain_volume(tmp_path):
    yield Volume(tmp_path, "ext4 without checksums")
    shutil.rmtree(tmp_path)


@pytest.fixture
def summed_volume(tmp_path):
    yield Volume(tmp_path, "checksums v3")
    shutil.rmtree(tmp_path)


def test_what_is_only_in_the_journal(pvboot, volume):
    changed = volume.changed()
    volume.write((changed, volume.contents(changed), ""))
    assert_same_as(pvboot, volume, volume.after)
    shutil.rmtree(volume.folder / "found-image")
    shutil.rmtree(volume.folder / "found-other")
    assert_same_as(pvboot, volume, volume.replayed())


def test_what_is_only_in_the_journal_of_a_damaged_superblock(pvboot, tmp_path):
    """Its copy does not know that there is something to replay; the journal does."""
    volume = Volume(tmp_path, "checksums v2, 32 bits")
    changed = volume.changed()
    volume.write((changed, volume.contents(changed), ""))
    volume.put(1024 + 120, b"another label")
    found = tmp_path / "found"
    found.mkdir()
    done = pvboot.run(volume.image, "extract", "/", found)
    assert done.returncode == 0 and "the copy in group 1 is read instead" in done.stderr, done.stderr
    tree.assert_same(pvboot.extract(volume.after, tmp_path / "expected"), found)


def test_transactions_and_revocations_in_their_order(pvboot, volume):
    """Of five blocks: the older of two writes, revoked, written again after that, in a transaction without a commit, never."""
    twice, revoked, again, unfinished = volume.blocks_of("stays")[:4] if volume.block < 65536 else volume.blocks_of("old")[:1] * 4
    size = volume.block
    volume.write(([twice, revoked, again], b"1" * 3 * size, ""),
                 ([twice], b"2" * size, f"-r {revoked},{again}"),
                 ([again], b"3" * size, ""),
                 ([unfinished], b"4" * size, "-c"))
    assert_same_as(pvboot, volume, volume.replayed())


@pytest.mark.parametrize("distance", [1023 - 1, 1023 - 3, 1023 - 40])
def test_a_ring_that_goes_on_at_its_start(pvboot, plain_volume, distance):
    changed = plain_volume.changed()
    plain_volume.write((changed, plain_volume.contents(changed), ""))
    plain_volume.rotate(distance)
    assert_same_as(pvboot, plain_volume, plain_volume.replayed())


def damage(volume: Volume, number: int, offset: int, expected: bytes):
    """Changes a byte of the journal's block of that number, which is what it is expected to be."""
    place = volume.journal() + number * volume.block + offset
    assert volume.image.read_bytes()[place:place + len(expected)] == expected
    volume.put(place, bytes([expected[0] ^ 0xFF]))


@pytest.mark.parametrize("number, offset, expected, what", [
    (4, 0, MAGIC + b"\0\0\0\1", None),  # the second descriptor: it is none any more
    (4, 12, b"", "block 4"),
    (5, 0, b"22", "block 5"),
    (6, 0, MAGIC + b"\0\0\0\2", None),  # the second commit: the power went before it was written
    (6, 20, b"\0", "block 6"),
])
def test_a_transaction_that_is_not_whole(pvboot, summed_volume, number, offset, expected, what):
    """
    The one before it counts. Without a commit it was never finished, and nothing is wrong; a committed one was, and is damaged:
    Linux then does not mount, e2fsck calls it corrupt.
    """
    stays, size = summed_volume.blocks_of("stays"), summed_volume.block
    summed_volume.write((stays[:1], b"1" * size, ""), (stays[1:2], b"2" * size, ""))
    at = summed_volume.journal() + number * size + offset
    damage(summed_volume, number, offset, expected or summed_volume.image.read_bytes()[at:at + 1])
    done = pvboot.run(summed_volume.image, "cat", "/stays")
    assert done.stdout[:size] == "1" * size and "2" * 20 not in done.stdout and done.returncode == 0
    if what is None:
        assert done.stderr == "" and ", journal replayed" in pvboot.ok(summed_volume.image, "info")
    else:
        assert done.stderr == (f"pvboot: (hd0): ext4 journal cannot be replayed from transaction 2 on: the checksum of its {what} is "
                               "wrong; files written last may be read as they were before\n")
        info = pvboot.ok(summed_volume.image, "info")
        assert ", journal NOT replayed to its end" in info and "journal replayed" not in info


def test_a_commit_of_which_a_sector_was_written(pvboot, summed_volume):
    """The rest of its block is what was there before."""
    summed_volume.write((summed_volume.blocks_of("stays")[:1], b"1" * summed_volume.block, ""))
    summed_volume.put(summed_volume.journal() + 3 * summed_volume.block + 512, b"old")
    done = pvboot.run(summed_volume.image, "cat", "/stays")
    assert done.stdout.startswith("1" * summed_volume.block) and done.stderr == ""


def test_a_superblock_of_the_journal_that_is_damaged(pvboot, summed_volume):
    """Its sequence is a number like any other: only the checksum knows."""
    summed_volume.write((summed_volume.blocks_of("stays")[:1], b"1" * summed_volume.block, ""))
    damage(summed_volume, 0, 24 + 3, b"\1")
    done = pvboot.run(summed_volume.image, "cat", "/stays")
    assert done.returncode == 0 and not done.stdout.startswith("1")
    assert "ext4 journal cannot be replayed: its superblock's checksum cannot be right" in done.stderr
    assert "journal NOT replayed" in pvboot.ok(summed_volume.image, "info")


@pytest.mark.parametrize("offset, data, what", [
    (0, b"nonsense", "superblock"),
    (12, b"\0\0\2\0", "size"),
    (16, b"\0\x10\0\0", "size"),
    (20, b"\0\0\0\0", "ring (s_first, s_start)"),
    (28, b"\0\1\0\0", "ring (s_first, s_start)"),
    (40, b"\x80\0\0\0", "features"),
])
def test_a_journal_that_cannot_be_replayed(pvboot, plain_volume, offset, data, what):
    """That is said in one line, and the file system is read as it lies on the disk."""
    changed = plain_volume.changed()
    plain_volume.write((changed, plain_volume.contents(changed), ""))
    plain_volume.put(plain_volume.journal() + offset, data)
    done = pvboot.run(plain_volume.image, "cat", "/old")
    assert done.stdout == "old " * 5000 and done.returncode == 0
    assert done.stderr == (f"pvboot: (hd0): ext4 journal cannot be replayed: its {what} cannot be right; files written last may be "
                           "read as they were before\n")
    assert "journal NOT replayed" in pvboot.ok(plain_volume.image, "info")


def make_full_ring(folder: Path) -> tuple:
    """60000 blocks in a journal, of every second one of a file, in no order; all of the image's blocks as they were."""
    source, image, size, count = folder / "source", folder / "image", 1024, 60_000
    source.mkdir()
    (source / "file").write_bytes(b"old " * (count * 2 * size // 4))
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-b", "1024", "-O", "^metadata_csum,^64bit", "-J", "size=64",
                    "-d", source, image, "300M"], check=True)
    disk = blocks_in(image, size)
    listed = [int(word) for word in debugfs(image, "blocks file\n").splitlines()[1].split()]
    listed = [number for number in listed if disk[number].startswith(b"old ")][::2]  # not blocks of extents
    random.Random(1).shuffle(listed)
    journal = ForgedJournal(image, size)
    journal.write(listed, b"new " * (size // 4))
    return image, journal, listed


def test_a_full_ring(pvboot, tmp_path):
    """Half of its blocks are revoked again."""
    image, journal, listed = make_full_ring(tmp_path)
    journal.revoke(listed[::2])
    journal.close()
    revoked, size = set(listed[::2]), 1024
    expected = b"".join((b"old " if number in revoked else b"new ") * (size // 4) for number in sorted(listed))
    found = (pvboot.extract(image, tmp_path / "found") / "file").read_bytes()
    assert all(found[at:at + size] == expected[at // 2:at // 2 + size] for at in range(0, len(found), 2 * size))
    assert ", journal replayed" in pvboot.ok(image, "info")
    shutil.rmtree(tmp_path)


def test_a_ring_that_a_small_domain_has_no_memory_for(pvboot, tmp_path):
    """`check` says what the loader would say there."""
    image, journal, _ = make_full_ring(tmp_path)
    journal.close()
    words = "ext4 journal cannot be replayed: no memory for what it holds; files written last may be read as they were before"
    assert words in pvboot.run(image, "-m", "64", "check").stderr
    assert words not in pvboot.run(image, "-m", "512", "check").stderr
    assert ", journal replayed" in pvboot.ok(image, "info")
    shutil.rmtree(tmp_path)


def test_blocks_that_are_not_there(pvboot, plain_volume):
    plain_volume.write((plain_volume.blocks_of("stays")[:1], b"1" * plain_volume.block, ""))
    plain_volume.put(plain_volume.journal() + plain_volume.block + 12, b"\x7f")  # the first tag's block number
    assert "its list of blocks cannot be right" in pvboot.run(plain_volume.image, "ls", "/").stderr


def test_a_journal_elsewhere(pvboot, plain_volume):
    plain_volume.write((plain_volume.blocks_of("stays")[:1], b"1" * plain_volume.block, ""))
    plain_volume.put(1024 + 224, bytes(4))
    assert "it lies on another device" in pvboot.run(plain_volume.image, "ls", "/").stderr


def test_a_fast_commit_that_has_no_end(pvboot, plain_volume):
    """It was never finished. As Linux leaves one (test_crashed.py has those with an end): after the ring, which is that much shorter, and one block, for the transaction that was to come."""
    plain_volume.write((plain_volume.blocks_of("stays")[:1], b"1" * plain_volume.block, ""))
    journal = plain_volume.journal()
    plain_volume.put(journal + FEATURES, struct.pack(">I", 0x20))
    plain_volume.put(journal + FAST_BLOCKS, struct.pack(">I", 24))
    first_fast = plain_volume.blocks_of("<8>")[1024 - 24 + 1]
    plain_volume.put(first_fast * plain_volume.block, struct.pack("<HHII", 9, 8, 0, 2))
    done = pvboot.run(plain_volume.image, "cat", "/stays")
    assert done.stdout.startswith("1" * plain_volume.block)
    assert done.stderr == ""
