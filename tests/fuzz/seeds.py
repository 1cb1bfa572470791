# SPDX-License-Identifier: BSD-2-Clause
"""seeds.py FOLDER: small disks for the fuzzer to start from: file systems and journals of each kind, and tables of each kind around them."""

import struct
import subprocess
import sys
import uuid
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "images"))
import disklabel  # noqa: E402
from crc32c import crc32c  # noqa: E402
from btrfs_maker import make_small, make_small_pool  # noqa: E402
import xfs_images  # noqa: E402
from ffs_images import FORMATS  # noqa: E402
from lvm_maker import EXTENT, Group  # noqa: E402
from md_maker import Array, make_array  # noqa: E402

SUPER, FS_IBLKNO, FS_JOURNAL, FS_FLAGS, LOG_IN_USE = 8192, 16, 864, 1312, 0x100
WAPBL_HEADER, WAPBL_REVOCATIONS, WAPBL_BLOCKS = 0x5741424C, 0x5741424E, 0x5741424F


def make_tree(folder: Path) -> Path:
    (folder / "directory").mkdir(parents=True)
    (folder / "directory/file").write_bytes(b"bytes" * 3000)
    (folder / "short").symlink_to("directory/file")
    (folder / "long").symlink_to("directory/" * 15 + "file")
    return folder


def make_file_systems(folder: Path, source: Path) -> list:
    images = []
    for version, order in FORMATS:
        images.append(folder / f"ffs{version}-{order}")
        subprocess.run(["makefs", "-t", "ffs", "-B", order, "-o", f"version={version},bsize=4096,fsize=512", "-s", "128k",
                        images[-1], source], check=True, capture_output=True)
    return images


def make_disk(path: Path, table: bytes, at: int, image: Path) -> None:
    """A table, and after 32 KiB a file system."""
    disk = bytearray(32768) + image.read_bytes()
    disk[at : at + len(table)] = table
    path.write_bytes(disk)


def mbr(*entries) -> bytes:
    table = b"".join(bytes([0, 0, 0, 0, kind, 0, 0, 0]) + first.to_bytes(4, "little") + count.to_bytes(4, "little")
                     for kind, first, count in entries)
    return table.ljust(64, b"\0") + b"\x55\xaa"


def make_log(path: Path, image: Path) -> None:
    """A volume whose log, after it, holds the first block of its inodes, and has it revoked and logged again."""
    disk = bytearray(image.read_bytes())
    start, block = len(disk), 512
    struct.pack_into("<I", disk, SUPER + FS_FLAGS, LOG_IN_USE)
    struct.pack_into("<BBHIQQQ", disk, SUPER + FS_JOURNAL, 1, 1, 0, 0, start // block, 16, block)
    place = int.from_bytes(disk[SUPER + FS_IBLKNO : SUPER + FS_IBLKNO + 4], "little")
    entry = struct.pack("<qii", place, 0, block)
    blocks = struct.pack("<IiIi", WAPBL_BLOCKS, 2 * block, 1, 0) + entry
    revoked = struct.pack("<IiIi", WAPBL_REVOCATIONS, block, 1, 0) + entry
    record = blocks.ljust(block, b"\0") + disk[place * block : (place + 1) * block]
    ring = record + revoked.ljust(block, b"\0") + record
    header = struct.pack("<IiIIiiQIIIIqqqq", WAPBL_HEADER, block, 0, 1, 0, 0, 0, 0, 1, 9, 9, 2 * block + len(ring), 2 * block, 2 * block, 14 * block)
    path.write_bytes(disk + header.ljust(2 * block, b"\0") + ring.ljust(14 * block, b"\0"))


def make_component(path: Path, image: Path) -> None:
    """A disk that is a component of RAIDframe mirrors: its contents begin after 64 sectors."""
    words = [0] * 55
    for index, value in ((0, 2), (12, ord("1")), (14, 512), (15, len(image.read_bytes()) // 512)):
        words[index] = value
    label = struct.pack("<55I", *words)
    path.write_bytes(bytes(16384) + label.ljust(16384, b"\0") + image.read_bytes())


def make_md(path: Path, array: Array, image: Path) -> None:
    contents = image.read_bytes()
    stripe = array.chunk * 2
    put_members(path, make_array(path.parent.parent, array, contents.ljust(-(-len(contents) // stripe) * stripe, b"\0")))


def put_members(path: Path, members: list) -> None:
    """All members of an array, side by side in BSD partitions."""
    disk, parts = bytearray(8192), {}
    for letter, member in zip("aefgh", members):
        data = member.read_bytes()
        parts[letter] = (4, len(disk) // 512, len(data) // 512)
        disk += data
        member.unlink()
    table = disklabel.label(parts, 16)
    disk[512 : 512 + len(table)] = table
    path.write_bytes(disk)


def make_lvm(path: Path, image: Path) -> None:
    """A physical volume with two logical ones: a file system, and a mirror of one image."""
    group = Group(1)
    group.linear("root", 0, image.read_bytes())
    group.raid("mirror", "raid1", [bytes(EXTENT)], 1, "")
    path.write_bytes(group.physical(0))


def make_ext(path: Path, source: Path, *options: str) -> None:
    subprocess.run(["mke2fs", "-q", *options, "-b", "1024", "-d", source, path, "192k"], check=True, capture_output=True)


def make_fat(path: Path, source: Path) -> None:
    subprocess.run(["mkfs.fat", "-C", path, "192"], check=True, capture_output=True)
    subprocess.run(["mcopy", "-s", "-i", path, source / "directory", "::"], check=True)


def make_xfs(path: Path, source: Path, options: str) -> None:
    """The first part of one that is larger, for mkfs.xfs makes none so small; its log is elsewhere."""
    (path.parent.parent / "fuzz-log").write_bytes(bytes(16 << 20))
    xfs_images.make_image(path, source, f"{options} -d agcount=1 -l logdev={path.parent.parent / 'fuzz-log'}", 16)
    path.with_suffix(".proto").unlink()
    xfs_images.cut(path, 256 << 10)


def xfs_operation(flags: int, data: bytes = b"") -> bytes:
    return struct.pack(">IIBBH", 7, len(data), 0x69, flags, 0) + data


def make_xfs_log(path: Path, image: Path) -> None:
    """In the last quarter of XFS of 256 KiB a log, with a transaction that changes the 128 bytes before it."""
    disk, start = bytearray(image.read_bytes()), 192 << 10
    buffer = struct.pack("<HHHHqII", 0x123C, 2, 0, 1, start // 512 - 1, 1, 1)
    data = xfs_operation(1) + xfs_operation(0, struct.pack("<4sIII", b"NART", 40, 7, 1)) + xfs_operation(0, buffer)
    data = bytearray((data + xfs_operation(0, b"replayed" * 16) + xfs_operation(2)).ljust(512, b"\0"))
    first, data[:4] = data[:4], struct.pack(">I", 1)
    record = bytearray(512)
    struct.pack_into(">IIIIQQIII4s", record, 0, 0xFEEDBABE, 1, 2, len(data), 1 << 32, 1 << 32, 0, 0xFFFFFFFF, 5, bytes(first))
    struct.pack_into(">I16sI", record, 300, 1, disk[32:48], 32768)
    struct.pack_into("<I", record, 32, xfs_images.crc32c(record[:328] + data))
    disk[start : start + 1024] = record + data
    struct.pack_into(">Q", disk, 48, start // 1024)
    struct.pack_into(">I", disk, 96, 64)
    xfs_images.sum_super(disk)
    path.write_bytes(disk)


def make_iso(path: Path, source: Path, *options: str) -> None:
    subprocess.run(["genisoimage", "-quiet", "-no-pad", *options, "-o", path, source], check=True, capture_output=True)


def jbd2(kind: int, sequence: int, rest: bytes) -> bytes:
    return (struct.pack(">III", 0xC03B3998, kind, sequence) + rest).ljust(1024, b"\0")


def fast(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def make_fast_commit(sequence: int) -> bytes:
    """Of each tag one: a file that is made, has a block of the disk, and a hole; names that come and go."""
    number = 13
    extent = struct.pack("<IIHHI", number, 0, 3, 0, 60)
    inode = struct.pack("<IH2xI20xH2xII4xHHI", number, 0o100644, 3000, 1, 8, 0x80000, 0xF30A, 0, 4).ljust(132, b"\0")
    tags = fast(9, struct.pack("<II", 0, sequence)) + fast(6, inode) + fast(1, extent) + fast(2, struct.pack("<III", number, 1, 1))
    tags += fast(3, struct.pack("<II", 2, number) + b"made") + fast(4, struct.pack("<II", 2, number) + b"linked")
    tags += fast(5, struct.pack("<II", 2, number) + b"short")
    tail = struct.pack("<HHI", 8, 1024 - len(tags) - 4, sequence)
    return (tags + tail + struct.pack("<I", crc32c(tags + tail, 0))).ljust(1024, b"\0")


def make_ring(first: int) -> bytes:
    """A journal from its superblock on, whose ring begins with this block: in it a block is put, revoked and put again. A fast commit follows."""
    block, last, users, has_fast_commits = 40, 8 | 2, 1, 0x20
    put = [jbd2(1, number, struct.pack(">IHH", block, 0, last)) + b"journal " * 128 + jbd2(2, number, b"") for number in (1, 3)]
    revoked = jbd2(5, 2, struct.pack(">II", 20, block)) + jbd2(2, 2, b"")
    super_block = jbd2(4, 0, struct.pack(">IIIII8xI20xI16xI", 1024, first + 11, first, 1, first, has_fast_commits, users, 2))
    return super_block + put[0] + revoked + put[1] + bytes(2 * 1024) + make_fast_commit(4)


def set_super(path: Path, value: str) -> None:
    """Where the journal lies, which is dirty."""
    commands = f"set_super_value {value}\nfeature has_journal needs_recovery\n"
    subprocess.run(["debugfs", "-w", "-f", "-", path], input=commands, check=True, capture_output=True, text=True)


def make_journal(path: Path, source: Path) -> None:
    """ext4 whose journal is an ordinary file: journals of mke2fs's are too large."""
    (source / "journal").write_bytes(make_ring(1))
    make_ext(path, source, "-t", "ext4", "-O", "^has_journal,^metadata_csum")
    listing = subprocess.run(["debugfs", "-R", "ls -l /", path], check=True, capture_output=True, text=True).stdout
    inode = next(line.split()[0] for line in listing.splitlines() if line.endswith(" journal"))
    set_super(path, f"journal_inum {inode}")
    (source / "journal").unlink()


def make_journal_device(path: Path, source: Path) -> None:
    """Side by side, an ext4 and its journal's own device, which begins as a file system does."""
    volume, device = path.parent.parent / "fuzz-volume", path.parent.parent / "fuzz-journal"
    journal = uuid.UUID(bytes=bytes(range(16)))
    make_ext(volume, source, "-t", "ext4", "-O", "^has_journal,^metadata_csum")
    set_super(volume, f"journal_uuid {journal}")
    head = bytearray(1024)
    struct.pack_into("<H", head, 56, 0xEF53)
    struct.pack_into("<I", head, 76, 1)
    struct.pack_into("<I", head, 96, 0x8)
    head[104:120] = journal.bytes
    device.write_bytes(bytes(1024) + head + make_ring(3))
    put_members(path, [volume, device])


def main(target: str) -> None:
    folder = Path(target)
    tree = make_tree(folder.parent / "fuzz-tree")
    images = make_file_systems(folder, tree)
    make_fat(folder / "fat", tree)
    make_iso(folder / "iso-rock-ridge", tree, "-R")
    make_iso(folder / "iso-joliet", tree, "-J")
    make_ext(folder / "ext2", tree, "-t", "ext2")
    make_ext(folder / "ext4", tree, "-t", "ext4", "-O", "^has_journal,^metadata_csum")  # what is changed is not refused unread
    make_ext(folder / "ext4-summed", tree, "-t", "ext4", "-O", "^has_journal,metadata_csum,casefold")
    make_ext(folder / "ext4-inline", tree, "-t", "ext4", "-O", "^has_journal,^metadata_csum,inline_data")
    make_journal(folder / "ext4-journal", tree)
    make_journal_device(folder / "ext4-journal-device", tree)
    for name, options in (("xfs4", "-m crc=0 -b size=512 -i size=256"), ("xfs5", "-b size=1024")):
        make_xfs(folder / name, tree, options)
    make_xfs_log(folder / "xfs5-log", folder / "xfs5")
    make_small(folder / "btrfs", checksums=False)
    for profile in ("raid1", "raid0"):
        put_members(folder / f"btrfs-{profile}", make_small_pool(folder.parent, profile, 2))
    make_log(folder / "log", folder / "ffs1-le")
    make_component(folder / "raidframe", images[0])
    make_lvm(folder / "lvm", images[0])
    for name, array in (("mirror", Array(1, 1, metadata="1.0")), ("stripes", Array(0, 2, metadata="1.1")), ("raid5", Array(5, 3, 2, metadata="1.0")),
                        ("raid6", Array(6, 4, 2)), ("raid10", Array(10, 3, 0x201))):
        make_md(folder / f"md-{name}", replace(array, chunk=4096), images[0])
    make_disk(folder / "mbr", mbr((0x83, 64, 256), (5, 10, 20)), 446, images[0])
    make_disk(folder / "label", disklabel.label({"a": (7, 64, 256), "e": (19, 64, 256)}, 8), 512, images[1])
    make_disk(folder / "slice", mbr((0xA9, 32, 288)), 446, images[2])
    disklabel.put(folder / "slice", 33, disklabel.label({"a": (7, 64, 256)}, 8))


main(sys.argv[1])
